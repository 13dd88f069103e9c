#pragma once

#include <vector>

#include "lib/core/progress.hpp"
#include "lib/database/measure.hpp"
#include "lib/database/tables.hpp"

namespace database {

/// Fills rows and digest of each readable table, by `jobs` sessions at once. `known` are facts of
/// the database that are known already. Errors: as PartRun::carryOut.
void digestTables(Database& database, Snapshot& snapshot, std::vector<TablePlan>& tables,
                  const Facts& known, int jobs, core::Progress& progress);

}  // namespace database
