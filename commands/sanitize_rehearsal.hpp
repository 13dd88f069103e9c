#pragma once

#include <string>

#include "lib/core/progress.hpp"
#include "lib/database/throw_away.hpp"
#include "lib/dump/packed.hpp"
#include "lib/ports/scratch.hpp"
#include "lib/sanitize/run.hpp"

namespace commands {

/// Restores a plain dump into an empty database; psql stops at the first error.
/// Errors: failed_check (what psql said).
void restoreInto(database::Database& server, const std::string& name, core::Source& dump,
                 core::Progress& progress);

/// Compares the number of rows of each table with what was written. Errors: failed_check.
void requireRows(database::Database& server, const std::string& name,
                 const sanitize::Rewritten& rewritten);

/// pg_dump of the database into `to`, packed; gives the SHA-256 of what was written.
/// Errors: what pg_dump said.
std::string dumpOf(database::Database& server, const std::string& name, dump::Compression packing,
                   core::Sink& to);

}  // namespace commands
