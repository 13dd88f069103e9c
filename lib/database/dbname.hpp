#pragma once

#include <string>

namespace database {

/// "--dbname=…" for PostgreSQL's programs. They take a name with "=" in it, or one that looks like
/// an address, for settings of a connection: such a name goes as a setting itself.
std::string dbnameOption(const std::string& database);

}  // namespace database
