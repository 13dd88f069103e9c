#include <fmt/format.h>

#include "lib/backup/recency.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/step/store.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

checks::CheckResult askAge(const Site& site, const checks::Arguments& arguments) {
  const auto limit = arguments.duration("within", std::chrono::hours(26));
  backup::Store store(site.world, site.instance);
  const auto sets = store.list();
  checks::CheckResult result = backup::checkAge(sets, limit, site.world.clock.now());
  for (const auto& set : sets) {
    if (!set.good()) continue;
    const auto age =
        std::chrono::duration<double>(site.world.clock.now() - set.manifest->database.taken);
    result.measures = {{"age", age.count(), "s", "",
                        fmt::format("{:.0f}", std::chrono::duration<double>(limit).count()), "0",
                        ""}};
    break;
  }
  return result;
}

/// When a restore was tried for the last time, by the runs of this host.
checks::CheckResult askRehearsal(const Site& site, const checks::Arguments& arguments) {
  const auto limit = arguments.duration("within", std::chrono::hours(24 * 35));
  core::CheckResult result{{}, "rehearsal", Outcome::fail, {}, {}, {}};
  const core::Time now = site.world.clock.now();
  for (const auto& stored : step::RunStore(site.world, site.state).list()) {
    const bool is =
        stored.run && stored.run->plan.instance == site.instance.name &&
        (stored.run->plan.verb == "backup rehearse" || stored.run->plan.verb == "restore run") &&
        stored.run->outcome == step::RunOutcome::done && stored.run->ended;
    if (!is) continue;
    const core::Duration age = now - *stored.run->ended;
    result.outcome = age <= limit ? Outcome::pass : Outcome::fail;
    result.found =
        fmt::format("a set was restored {} ago ({})", core::formatDuration(age), stored.id);
    break;
  }
  if (result.found.empty()) result.found = "no run of this host has restored a set yet";
  if (result.outcome == Outcome::fail) {
    result.wanted = "within " + core::formatDuration(limit);
    result.hint = "`sotctl backup rehearse` restores the newest set into a scratch database.";
  }
  return result;
}

/// A run that was begun and not ended: the instance may be in the middle of something.
checks::CheckResult askRuns(const Site& site) {
  core::CheckResult result{{}, "unfinished run", Outcome::pass, "none", {}, {}};
  const auto marker = step::RunStore(site.world, site.state).marker(site.instance.name);
  if (!marker) return result;
  result.outcome = Outcome::fail;
  result.found = fmt::format("{} ({}) by {} on {} since {}", marker->run, marker->verb,
                             marker->person, marker->host, marker->since);
  result.hint = fmt::format(
      "`sotctl run resume {0}` goes on, `sotctl run abort {0}` takes it back.", marker->run);
  return result;
}

}  // namespace

void addBackup(checks::Kinds& kinds, const Site& site) {
  kinds.add("backup-age", {{}, {"within"}, false, [site](const checks::Arguments& arguments) {
                             return askAge(site, arguments);
                           }});
  kinds.add("rehearsal-age", {{}, {"within"}, false, [site](const checks::Arguments& arguments) {
                                return askRehearsal(site, arguments);
                              }});
  kinds.add("no-unfinished-run",
            {{}, {}, false, [site](const checks::Arguments&) { return askRuns(site); }});
}

}  // namespace validation
