#pragma once

#include <optional>
#include <string>

#include "lib/backup/store.hpp"
#include "lib/core/progress.hpp"
#include "lib/database/compare.hpp"
#include "lib/restore/changes.hpp"
#include "lib/restore/environment.hpp"
#include "lib/restore/steps.hpp"

namespace restore {

/// What is there before a restore: the set, the live database, and how they differ.
struct Assessment {
  backup::StoredSet set;
  Target target;
  bool live_exists = true;
  database::Comparison comparison;  // expected: the set; found: the live database
  Changes newer;                    // after the set was taken: what a restore takes away
  Changes just_before;              // in the two hours before: the set may hold the damage already
  core::CheckResult room;

  /// Nothing differs and everything could be compared: the restore is done already.
  bool alreadySo() const { return live_exists && comparison.proven(); }
};

/// Measures the live database and compares it with the set. Reads only.
Assessment assess(const Environment& environment, backup::StoredSet set, core::Progress& progress);

/// The assessment as lines for a person, and as JSON.
std::string inWords(const Assessment& assessment, core::Time now);
core::Json toJson(const Assessment& assessment);

}  // namespace restore
