#pragma once

#include <string>
#include <vector>

#include "lib/backup/store.hpp"

namespace backup {

/// What is to become of one set, and why: "daily 2026-11-20", "not kept by any rule".
struct Judgement {
  StoredSet set;
  bool keep = true;
  std::string reason;
};

/// Judges every set by the rules. Days, weeks, months and years are those of UTC; of each one the
/// newest good set is kept, in as many of them as the rule says, counted over those that have sets.
/// `within` counts from the newest good set. Pinned sets, the newest good set, what could not be
/// looked at and what was taken in the future are kept and fill no rule. Broken sets are kept
/// unless `remove_broken`; with empty rules every good set is.
std::vector<Judgement> judge(std::vector<StoredSet> newest_first, const config::KeepSettings& rules,
                             bool remove_broken, core::Time now);

}  // namespace backup
