#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/core/progress.hpp"
#include "lib/database/database.hpp"
#include "lib/database/facts.hpp"

namespace database {

/// A table that is not as it was.
struct WrittenTable {
  std::string object;
  std::string then;  // "24 rows"
  std::string now;   // "25 rows, 1 of them written since", or "content …"

  bool operator==(const WrittenTable&) const = default;
};

/// What was written into a database since a moment at which it equalled known facts.
struct Written {
  bool by_transactions = false;  // how it was found out; otherwise by digests of all rows
  std::vector<WrittenTable> tables;
  std::vector<std::string> undetermined;  // what could not be told, and why
};

/// What differs between database `name` and `then`, which it equalled when transaction number
/// `since` ended (txid_current(), 64 bits; nothing: not known) and nobody was in the database.
///
/// Every row that was put in or changed since bears the number of a later transaction. As nothing
/// gives a row an earlier number, a table with as many rows as then, none of them of a later
/// transaction, has the rows of then. That takes one scan of the tables themselves, without the
/// values that are stored apart from them, and no row leaves the server.
///
/// Digests tell it where that proves nothing: where a definition is another one than then, where
/// there is no such number, or it is too far back or ahead of the server's (numbers recur after
/// 2^32); for single tables, where the catalogue's entry is of a later transaction (TRUNCATE,
/// VACUUM FULL, a table that took another one's name) or storage is none of PostgreSQL's own.
/// Reads only. Errors: as measure().
Written writtenSince(Database& database, const std::string& name, const Facts& then,
                     std::optional<std::int64_t> since, int jobs, core::Progress& progress);

}  // namespace database
