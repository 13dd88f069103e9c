#pragma once

#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>

/// A file of the data that lies beside the checkout; nothing, and a line that says so, where it is
/// missing.
inline std::optional<std::string> sharedData(const std::string& test, const std::string& path) {
  const auto file = std::filesystem::path(SOTCTL_SOURCE_FOLDER).parent_path() / "shared" / path;
  const auto other =
      std::filesystem::path(SOTCTL_SOURCE_FOLDER).parent_path().parent_path() / "shared" / path;
  for (const auto& one : {file, other}) {
    if (!std::filesystem::exists(one)) continue;
    std::ifstream in(one);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::cout << "SKIP " << test << ": ../shared is not beside the checkout\n";
  return std::nullopt;
}
