#pragma once

#include <optional>
#include <vector>

#include "lib/backup/store.hpp"
#include "lib/core/check.hpp"
#include "lib/step/run.hpp"

namespace backup {

/// How old the newest good set is, from the moment whose data it holds. Fails past the limit and
/// where there is no good set; unknown where a clock was put back, or where a newer set could not
/// be looked at that might be within the limit.
core::CheckResult checkAge(const std::vector<StoredSet>& newest_first,
                           const std::optional<core::Duration>& limit, core::Time now);

/// The longest time without a good set that ended within the last `span`, up to now.
core::CheckResult checkGap(const std::vector<StoredSet>& newest_first,
                           const std::optional<core::Duration>& limit, core::Duration span,
                           core::Time now);

/// How long a restore of the newest good set would take, by what the newest finished restore of the
/// instance measured.
struct Estimate {
  core::CheckResult check;
  std::optional<core::Duration> loading;
  std::optional<core::Duration> downtime;
};
Estimate estimateRestore(const std::vector<StoredSet>& newest_first,
                         const std::vector<step::Run>& newest_runs_first);

}  // namespace backup
