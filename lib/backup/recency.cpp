#include "lib/backup/recency.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace backup {
namespace {

/// The server that stamps a set and this host need not agree to the second.
constexpr core::Duration kClocksDiffer = std::chrono::minutes(1);

const StoredSet* newestGood(const std::vector<StoredSet>& newest_first) {
  const auto found = std::find_if(newest_first.begin(), newest_first.end(),
                                  [](const StoredSet& set) { return set.good(); });
  return found == newest_first.end() ? nullptr : &*found;
}

/// The first of those that are newer than the newest good one and could not be looked at.
const StoredSet* unknownNewer(const std::vector<StoredSet>& newest_first) {
  for (const StoredSet& set : newest_first) {
    if (set.good()) return nullptr;
    if (set.undetermined) return &set;
  }
  return nullptr;
}

core::CheckResult noGood(core::CheckResult result, const std::vector<StoredSet>& newest_first) {
  const StoredSet* unknown = unknownNewer(newest_first);
  result.outcome = unknown != nullptr ? core::Outcome::unknown : core::Outcome::fail;
  result.found =
      newest_first.empty() ? "there is no backup set"
      : unknown != nullptr
          ? fmt::format("set {} could not be looked at: {}", unknown->id, unknown->broken)
          : fmt::format(
                "none of {} can be used",
                core::plural(static_cast<std::int64_t>(newest_first.size()), "set", "sets"));
  result.hint = "Make one with: sotctl backup create";
  return result;
}

/// Nothing, if no good set is of the future.
std::string clockPutBack(const std::vector<StoredSet>& newest_first, core::Time now) {
  const StoredSet* newest = newestGood(newest_first);
  if (newest == nullptr || newest->manifest->taken() <= now + kClocksDiffer) return {};
  return fmt::format("set {} was taken {} from now: a clock was put back", newest->id,
                     core::formatDuration(newest->manifest->taken() - now));
}

std::string atMost(const std::optional<core::Duration>& limit) {
  return limit ? "at most " + core::formatDuration(*limit) : "";
}

std::optional<core::Duration> milliseconds(const step::Run& run, const char* key) {
  const auto found = run.results.find(key);
  if (found == run.results.end() || !found->is_number()) return std::nullopt;
  return core::Duration(static_cast<std::int64_t>(found->get<double>() * 1000));
}

/// How much more the newest set holds than the one that was restored; 1 where that one is gone.
double growth(const std::vector<StoredSet>& newest_first, const step::Run& run) {
  const StoredSet* newest = newestGood(newest_first);
  const auto named = run.plan.facts.find("set");
  for (const StoredSet& set : newest_first) {
    if (named == run.plan.facts.end() || *named != set.id || !set.manifest) continue;
    if (newest == nullptr || set.manifest->bytes() == 0) break;
    return static_cast<double>(newest->manifest->bytes()) /
           static_cast<double>(set.manifest->bytes());
  }
  return 1;
}

}  // namespace

core::CheckResult checkAge(const std::vector<StoredSet>& newest_first,
                           const std::optional<core::Duration>& limit, core::Time now) {
  core::CheckResult result{
      "backup.age", "age of the newest good set", core::Outcome::pass, {}, atMost(limit), {}};
  const StoredSet* newest = newestGood(newest_first);
  if (newest == nullptr) return noGood(std::move(result), newest_first);
  if (const std::string back = clockPutBack(newest_first, now); !back.empty()) {
    result.outcome = core::Outcome::unknown;
    result.found = back;
    result.hint = "Compare the clocks of this host and of the database server.";
    return result;
  }
  const core::Duration age =
      std::max(core::Duration::zero(), core::Duration(now - newest->manifest->taken()));
  result.found = fmt::format("{} (set {})", core::formatDuration(age), newest->id);
  const StoredSet* unknown = unknownNewer(newest_first);
  if (unknown != nullptr) {
    result.found +=
        fmt::format("; newer, and not looked at: set {}: {}", unknown->id, unknown->broken);
  }
  if (!limit || age <= *limit) return result;
  result.outcome = unknown != nullptr ? core::Outcome::unknown : core::Outcome::fail;
  result.hint = "Make a new one with: sotctl backup create";
  return result;
}

core::CheckResult checkGap(const std::vector<StoredSet>& newest_first,
                           const std::optional<core::Duration>& limit, core::Duration span,
                           core::Time now) {
  core::CheckResult result{
      "backup.gap",        "longest time without one in " + core::formatDuration(span),
      core::Outcome::pass, {},
      atMost(limit),       {}};
  if (newestGood(newest_first) == nullptr) return noGood(std::move(result), newest_first);
  if (const std::string back = clockPutBack(newest_first, now); !back.empty()) {
    result.outcome = core::Outcome::unknown;
    result.found = back;
    return result;
  }
  core::Duration longest = core::Duration::zero();
  core::Time until = now;
  core::Time ended = now;
  for (const StoredSet& set : newest_first) {
    if (!set.good()) continue;
    if (until - set.manifest->taken() > longest) {
      longest = until - set.manifest->taken();
      ended = until;
    }
    until = set.manifest->taken();
    if (until < now - span) break;
  }
  result.found = fmt::format("{}, from {} to {}", core::formatDuration(longest),
                             core::formatLocal(ended - longest),
                             ended == now ? "now" : core::formatLocal(ended));
  if (limit && longest > *limit) result.outcome = core::Outcome::fail;
  return result;
}

Estimate estimateRestore(const std::vector<StoredSet>& newest_first,
                         const std::vector<step::Run>& newest_runs_first) {
  Estimate estimate;
  estimate.check = {"backup.restore",
                    "expected time of a restore",
                    core::Outcome::unknown,
                    "no finished restore of the instance is known here",
                    {},
                    {}};
  for (const step::Run& run : newest_runs_first) {
    if (run.plan.verb != "restore run" || run.outcome != step::RunOutcome::done) continue;
    const auto loading = milliseconds(run, "load_ms");
    if (!loading) continue;
    estimate.loading = core::Duration(static_cast<std::int64_t>(
        static_cast<double>(loading->count()) * growth(newest_first, run)));
    estimate.downtime = milliseconds(run, "downtime_ms");
    estimate.check.outcome = core::Outcome::pass;
    estimate.check.found = fmt::format(
        "about {} of loading, {} (by run {})", core::formatDuration(*estimate.loading),
        estimate.downtime ? "then " + core::formatDuration(*estimate.downtime) + " of downtime"
                          : std::string("could not determine the downtime"),
        run.plan.id);
    return estimate;
  }
  return estimate;
}

}  // namespace backup
