#include "lib/restore/expected.hpp"

#include <fmt/format.h>

#include "lib/core/json.hpp"

namespace restore {
namespace {

std::optional<core::Duration> milliseconds(const step::Run& run, const char* key) {
  const auto found = run.results.find(key);
  if (found == run.results.end() || !found->is_number()) return std::nullopt;
  return core::Duration(static_cast<std::int64_t>(found->get<double>() * 1000));
}

/// How much larger the set's database is than the one of the set that `run` restored.
double growth(const backup::StoredSet& set, const std::vector<backup::StoredSet>& sets,
              const step::Run& run) {
  const std::string then = run.plan.facts.value("set", std::string());
  for (const backup::StoredSet& each : sets) {
    if (each.id != then || !each.manifest) continue;
    const std::uint64_t bytes = each.manifest->database.settings.bytes;
    if (bytes == 0) break;
    return static_cast<double>(set.manifest->database.settings.bytes) / static_cast<double>(bytes);
  }
  return 1;
}

core::Duration scaled(core::Duration duration, double by) {
  return core::Duration(static_cast<std::int64_t>(static_cast<double>(duration.count()) * by));
}

core::Json asMilliseconds(const std::optional<core::Duration>& duration) {
  if (!duration) return nullptr;
  return std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
}

}  // namespace

Expected expectedTime(const backup::StoredSet& set, const std::vector<backup::StoredSet>& sets,
                      const std::vector<step::Run>& newest_runs_first) {
  Expected expected;
  expected.dumping = set.manifest->dumping;
  expected.measuring = set.manifest->measuring;
  for (const step::Run& run : newest_runs_first) {
    if (run.plan.verb != "restore run" || run.outcome != step::RunOutcome::done || !run.ended) {
      continue;
    }
    const auto loading = milliseconds(run, "load_ms");
    if (!loading) continue;
    expected.by = run.plan.id;
    expected.downtime = milliseconds(run, "downtime_ms");
    const core::Duration whole = *run.ended - run.started;
    const core::Duration stopped = expected.downtime.value_or(core::Duration::zero());
    // A run that waited for somebody who resumed it says nothing about its steps.
    expected.until_swap =
        scaled(whole > stopped && whole - stopped < *loading * 4 ? whole - stopped : *loading,
               growth(set, sets, run));
    return expected;
  }
  return expected;
}

std::string inWords(const Expected& expected) {
  const std::string of_set =
      fmt::format("making the set took {} of dumping beside {} of measuring",
                  core::formatDuration(expected.dumping), core::formatDuration(expected.measuring));
  if (!expected.until_swap) {
    return "no earlier restore of this instance is known on this host; " + of_set;
  }
  return fmt::format("about {} until the swap, then {} of downtime (by run {}); {}",
                     core::formatDuration(*expected.until_swap),
                     expected.downtime ? core::formatDuration(*expected.downtime)
                                       : std::string("a time that was not measured"),
                     expected.by, of_set);
}

core::Json toJson(const Expected& expected) {
  return {{"until_swap_ms", asMilliseconds(expected.until_swap)},
          {"downtime_ms", asMilliseconds(expected.downtime)},
          {"by_run", expected.by.empty() ? core::Json(nullptr) : core::Json(expected.by)},
          {"dumping_ms", asMilliseconds(expected.dumping)},
          {"measuring_ms", asMilliseconds(expected.measuring)}};
}

}  // namespace restore
