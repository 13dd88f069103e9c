#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// Room that a second copy of a database needs beside it: the copy, and the write-ahead log of
/// loading it that stays until the next checkpoints.
std::uint64_t roomNeeded(std::uint64_t database_bytes);

/// What a second copy of this size asks of the server, before anything is loaded: room for data and
/// write-ahead log, the same room on every standby, slots that hold the log back, and whether the
/// database that is kept afterwards gets into dumps of all databases. A failed one is too little
/// room ("restore.room", "restore.wal_room"); what the server or this host does not let us see is
/// unknown. `freed`: what will have been given back by then. Asks, and changes nothing. Errors:
/// what a lost server gives.
std::vector<core::CheckResult> checkNeeds(const Environment& environment,
                                          std::uint64_t database_bytes, std::uint64_t freed = 0);

}  // namespace restore
