#pragma once

#include <optional>
#include <string>

#include "lib/core/progress.hpp"
#include "lib/database/compare.hpp"
#include "lib/restore/changes.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// What was written into the live database since a set was swapped in: what an undo leaves behind.
struct WrittenSince {
  bool determined = false;  // whether all tables could be compared
  std::string why_not;
  database::Comparison comparison;  // expected: as it was put in; found: now
  Changes changes;                  // logged by the application since the swap
};

/// What happened to the live database since `swapped`. It is compared with the set that it came
/// from; where it came from none (after an undo), the application's change log is all there is.
WrittenSince writtenSince(const Environment& environment, const std::optional<std::string>& set,
                          core::Time swapped, core::Progress& progress);

std::string inWords(const WrittenSince& written);
core::Json toJson(const WrittenSince& written);

}  // namespace restore
