#pragma once

#include <set>
#include <string>
#include <vector>

#include "lib/migrations/path.hpp"
#include "lib/ports/sql.hpp"

namespace migrations {

/// Tables, indexes and constraints that the migrations on the way would make: of the only hop, or
/// of all of them.
std::vector<std::string> namesOnTheWay(const PathVerdict& verdict, const Code& target);

/// Those of the names that the database has in its current schema. Reads only.
std::set<std::string> namesThere(ports::Sql& session, const std::vector<std::string>& names);

/// Adds a hazard for each of the names: they are in the way. The outcome becomes `fails` if there
/// is one.
void addLeftOvers(const std::set<std::string>& there, PathVerdict& verdict);

}  // namespace migrations
