#pragma once

#include <optional>
#include <string>

#include "lib/backup/store.hpp"
#include "lib/core/progress.hpp"
#include "lib/database/compare.hpp"
#include "lib/restore/environment.hpp"
#include "lib/restore/steps.hpp"

namespace restore {

/// Change-log entries that are newer than a moment: the application's own record of what a restore
/// to that moment takes away.
struct NewerChanges {
  std::string table;  // "core_objectchange"; empty: the database has no change log
  std::int64_t count = 0;
  std::string newest;  // UTC, "" if there is none
};

/// What is there before a restore: the set, the live database, and how they differ.
struct Assessment {
  backup::StoredSet set;
  Target target;
  bool live_exists = true;
  database::Comparison comparison;  // expected: the set; found: the live database
  NewerChanges newer;

  /// Nothing differs and everything could be compared: the restore is done already.
  bool alreadySo() const { return live_exists && comparison.proven(); }
};

/// Measures the live database and compares it with the set. Reads only.
Assessment assess(const Environment& environment, backup::StoredSet set, core::Progress& progress);

NewerChanges newerChanges(ports::Sql& sql, core::Time moment);

/// The assessment as lines for a person, and as JSON.
std::string inWords(const Assessment& assessment, core::Time now);
core::Json toJson(const Assessment& assessment);

}  // namespace restore
