#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace config {

/// One [[key]] table of texts of a TOML file.
struct Record {
  std::uint32_t line = 0;
  std::map<std::string, std::string> texts;

  const std::string& text(const std::string& name) const;
};

/// The [[key]] tables of a file that has nothing else. Every one of `names` may be there, and no
/// other. Errors: configuration, with `file` and line, for another shape or no TOML.
std::vector<Record> readRecords(std::string_view source, const std::string& file,
                                const std::string& key, const std::vector<std::string>& names);

}  // namespace config
