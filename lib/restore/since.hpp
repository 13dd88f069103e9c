#pragma once

#include <string>

#include "lib/core/progress.hpp"
#include "lib/database/compare.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// What was written into the live database since a set was swapped in: what an undo leaves behind.
struct WrittenSince {
  bool determined = false;
  std::string why_not;
  database::Comparison comparison;  // expected: as it was put in; found: now
};

/// Compares the live database with the set that it came from.
WrittenSince writtenSince(const Environment& environment, const std::string& set,
                          core::Progress& progress);

std::string inWords(const WrittenSince& written);
core::Json toJson(const WrittenSince& written);

}  // namespace restore
