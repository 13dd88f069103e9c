#pragma once

#include "lib/migrations/path.hpp"
#include "lib/ports/sql.hpp"

namespace migrations {

/// Adds a hazard for each table, index or constraint that the pending migrations would make and
/// that the database has already; the outcome becomes `fails` if it was good. Reads only.
void addLeftOvers(ports::Sql& session, const Code& code, PathVerdict& verdict);

}  // namespace migrations
