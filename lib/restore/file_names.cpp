#include "lib/restore/file_names.hpp"

#include <regex>

namespace restore {

std::string unpackingName(const std::string& path, const std::string& run) {
  return path + ".unpacking-" + run;
}
std::string unpackedName(const std::string& path, const std::string& run) {
  return path + ".restored-" + run;
}
std::string keptName(const std::string& path, const std::string& run) {
  return path + ".before-" + run;
}

bool isBesideFile(const std::string& path) {
  static const std::regex kTail(
      "^/.*[^/]\\.(unpacking|restored|before)-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}$");
  return std::regex_search(path, kTail) && path.find("/../") == std::string::npos;
}

}  // namespace restore
