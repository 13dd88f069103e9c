#include "lib/database/dbname.hpp"

namespace database {

std::string dbnameOption(const std::string& database) {
  const bool plain =
      database.find('=') == std::string::npos && database.find("://") == std::string::npos;
  if (plain) return "--dbname=" + database;
  std::string quoted;
  for (const char c : database) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return "--dbname=dbname='" + quoted + "'";
}

}  // namespace database
