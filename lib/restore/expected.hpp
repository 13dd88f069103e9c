#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/backup/store.hpp"
#include "lib/core/json_fwd.hpp"
#include "lib/step/run.hpp"

namespace restore {

/// How long a restore will take, by what earlier ones took.
struct Expected {
  std::optional<core::Duration> until_swap;  // loading, statistics, proof; nothing has stopped yet
  std::optional<core::Duration> downtime;
  std::string by;  // the run that it is known from; empty: none is known
  /// What making the set took: its rows are written, and measured once more, by a restore.
  core::Duration dumping{};
  core::Duration measuring{};
};

/// From the newest finished restore of the instance, scaled by the sizes of the databases where the
/// set that it restored is still there.
Expected expectedTime(const backup::StoredSet& set, const std::vector<backup::StoredSet>& sets,
                      const std::vector<step::Run>& newest_runs_first);

std::string inWords(const Expected& expected);
core::Json toJson(const Expected& expected);

}  // namespace restore
