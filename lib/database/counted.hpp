#pragma once

#include "lib/database/measure.hpp"

namespace database {

/// Asks the server for the number of rows of each table of `facts`, by count(*) in the snapshot: a
/// witness that knows nothing of the dump. A table whose rows are unknown is left out.
/// Errors: what the server says.
void countRows(Snapshot& snapshot, Facts& facts);

/// The question for some tables: rows of `i`, their place in `facts`, and `n`.
std::string countQuery(const Facts& facts, const std::vector<std::size_t>& tables);

}  // namespace database
