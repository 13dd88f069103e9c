#pragma once

#include <optional>
#include <string>

#include "lib/core/progress.hpp"
#include "lib/database/written.hpp"
#include "lib/restore/changes.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// What was written into the live database since a set was swapped in: what an undo leaves behind.
struct WrittenSince {
  bool determined = false;  // whether all tables could be told
  std::string why_not;
  database::Written tables;
  Changes changes;  // logged by the application since the swap
};

/// How the live database came to be.
struct SwappedIn {
  std::optional<std::string> set;           // that it came from; none after an undo
  core::Time when{};                        // no earlier than the swap
  std::optional<std::int64_t> transaction;  // of the swap, if its journal has it
};

/// What happened to the live database since. It is compared with the set that it came from; where
/// it came from none, the application's change log is all there is.
WrittenSince writtenSince(const Environment& environment, const SwappedIn& swapped,
                          core::Progress& progress);

std::string inWords(const WrittenSince& written);
core::Json toJson(const WrittenSince& written);

}  // namespace restore
