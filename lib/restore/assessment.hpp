#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/backup/store.hpp"
#include "lib/core/progress.hpp"
#include "lib/database/compare.hpp"
#include "lib/restore/changes.hpp"
#include "lib/restore/environment.hpp"
#include "lib/restore/expected.hpp"
#include "lib/restore/steps.hpp"

namespace restore {

/// What is there before a restore: the set, the live database, and how they differ.
struct Assessment {
  backup::StoredSet set;
  Target target;
  int server_major = 0;  // of PostgreSQL
  bool live_exists = true;
  database::Comparison comparison;        // expected: the set; found: the live database
  std::vector<std::string> switched_off;  // tables that differ only by what a restore switched off
  Changes newer;                          // after the set was taken: what a restore takes away
  Changes just_before;  // in the two hours before: the set may hold the damage already
  std::vector<core::CheckResult> needs;  // see checkNeeds()
  core::CheckResult fit;                 // of the set's migrations and the installed code
  Expected expected;                     // filled in by who knows earlier runs

  /// Nothing differs and everything could be compared: the restore is done already.
  bool alreadySo() const { return live_exists && comparison.proven(); }
};

/// Measures the live database and compares it with the set. Reads only.
/// Errors: refused if the server is a standby.
/// `replace`: the live database goes before the set is loaded.
Assessment assess(const Environment& environment, backup::StoredSet set, core::Progress& progress,
                  bool replace = false);

/// Why the set may hold the damage already: deletions that were logged in the two hours before it,
/// or that these can't be seen. Empty if neither.
std::string damageInWords(const Assessment& assessment);
/// The assessment as lines for a person, and as JSON.
std::string inWords(const Assessment& assessment, const config::Instance& instance, core::Time now);
core::Json toJson(const Assessment& assessment);

}  // namespace restore
