#include "lib/config/records.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

[[noreturn]] void refuse(const std::string& file, std::uint32_t line, const std::string& what) {
  throw core::Error(core::Kind::configuration, fmt::format("{}:{}: {}", file, line, what));
}

}  // namespace

const std::string& Record::text(const std::string& name) const {
  static const std::string kNone;
  const auto found = texts.find(name);
  return found == texts.end() ? kNone : found->second;
}

std::vector<Record> readRecords(std::string_view source, const std::string& file,
                                const std::string& key, const std::vector<std::string>& names) {
  std::vector<Record> records;
  try {
    const toml::table whole = toml::parse(source, file);
    for (const auto& [name, node] : whole) {
      const toml::array* tables = node.as_array();
      if (name.str() != key || tables == nullptr) {
        refuse(file, node.source().begin.line, fmt::format("only [[{}]] tables may be here", key));
      }
      for (const toml::node& one : *tables) {
        const toml::table* table = one.as_table();
        if (table == nullptr) {
          refuse(file, one.source().begin.line, fmt::format("only [[{}]] tables may be here", key));
        }
        Record record{one.source().begin.line, {}};
        for (const auto& [field, value] : *table) {
          const std::string named(field.str());
          const auto text = value.value_exact<std::string>();
          if (std::find(names.begin(), names.end(), named) == names.end() || !text) {
            refuse(file, value.source().begin.line,
                   fmt::format("\"{}\" is none of the texts {}", core::printable(named),
                               core::join(names, ", ")));
          }
          record.texts[named] = *text;
        }
        records.push_back(std::move(record));
      }
    }
  } catch (const toml::parse_error& error) {
    refuse(file, error.source().begin.line, std::string(error.description()));
  }
  return records;
}

}  // namespace config
