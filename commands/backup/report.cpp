#include <fmt/format.h>

#include "commands/backup/backup.hpp"
#include "commands/context.hpp"
#include "lib/backup/recency.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/text.hpp"
#include "lib/step/store.hpp"

namespace commands {
namespace {

struct BackupReportOptions {
  std::optional<core::Duration> max_age;
  std::optional<core::Duration> max_gap;
  std::optional<core::Duration> within;
};

void bind(Arguments& arguments, BackupReportOptions& options) {
  arguments.option("--max-age", "DURATION", options.max_age,
                   "how old the newest good set may be (26h)");
  arguments.option("--max-gap", "DURATION", options.max_gap,
                   "how long there may have been no new good set (26h)");
  arguments.option("--within", "DURATION", options.within,
                   "how far back gaps are looked for; otherwise 7d");
}

std::vector<step::Run> runsOf(Context& context, const config::Instance& instance) {
  std::vector<step::Run> runs;
  for (step::StoredRun& stored : step::RunStore(context.world(), context.stateFolder()).list()) {
    if (stored.run && stored.run->plan.instance == instance.name) {
      runs.push_back(std::move(*stored.run));
    }
  }
  return runs;
}

/// What can't be read from here must not hide how old the newest set is.
backup::Estimate estimate(Context& context, const config::Instance& instance,
                          const std::vector<backup::StoredSet>& sets) {
  try {
    return backup::estimateRestore(sets, runsOf(context, instance));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    backup::Estimate unknown = backup::estimateRestore(sets, {});
    unknown.check.found = error.what();
    return unknown;
  }
}

struct Disk {
  core::CheckResult check;
  std::uint64_t used = 0;
  std::optional<std::uint64_t> free;
};

Disk lookAtDisk(Context& context, backup::Store& store,
                const std::vector<backup::StoredSet>& sets) {
  Disk disk;
  std::int64_t unmeasured = 0;
  for (const backup::StoredSet& set : sets) {
    if (set.manifest) {
      disk.used += set.manifest->bytes();
    } else {
      ++unmeasured;
    }
  }
  disk.check = {"backup.disk", "disk", core::Outcome::pass, {}, {}, {}};
  disk.check.found =
      fmt::format("{} in {}", core::formatBytes(disk.used),
                  core::plural(static_cast<std::int64_t>(sets.size()) - unmeasured, "set", "sets"));
  if (unmeasured > 0) disk.check.found += fmt::format(", {} not measured", unmeasured);
  if (const auto unfinished = store.unfinished(); !unfinished.empty()) {
    disk.check.found += fmt::format(", {} begun and not finished", unfinished.size());
  }
  if (context.world().files.info(store.folder())) {
    disk.free = context.world().files.freeBytes(store.folder());
    disk.check.found +=
        fmt::format("; {} free below {}", core::formatBytes(*disk.free), store.folder());
  }
  return disk;
}

core::Json milliseconds(const std::optional<core::Duration>& duration) {
  if (!duration) return nullptr;
  return std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
}

/// The facts behind the checks, for machines.
core::Json factsOf(const std::vector<backup::StoredSet>& sets, const backup::Estimate& restore,
                   const Disk& disk, core::Time now) {
  core::Json facts{{"newest", nullptr},
                   {"taken", nullptr},
                   {"age_seconds", nullptr},
                   {"sets", sets.size()},
                   {"good", 0}};
  std::size_t good = 0;
  for (const backup::StoredSet& set : sets) {
    if (!set.good()) continue;
    if (good++ > 0) continue;
    facts["newest"] = set.id;
    facts["taken"] = core::formatUtc(set.manifest->taken());
    facts["age_seconds"] =
        std::chrono::duration_cast<std::chrono::seconds>(now - set.manifest->taken()).count();
  }
  facts["good"] = good;
  facts["load_ms"] = milliseconds(restore.loading);
  facts["downtime_ms"] = milliseconds(restore.downtime);
  facts["bytes"] = disk.used;
  facts["free_bytes"] = disk.free ? core::Json(*disk.free) : core::Json(nullptr);
  return facts;
}

int run(Context& context, const BackupReportOptions& options) {
  const config::Instance& instance = context.instance(Need::look);
  backup::Store store(context.world(), instance);
  const core::Time now = context.world().clock.now();
  const auto sets = store.list();
  const backup::Estimate restore = estimate(context, instance, sets);
  const Disk disk = lookAtDisk(context, store, sets);
  // Only these have limits: an unknown estimate is no alarm.
  const std::vector<core::CheckResult> limited{
      backup::checkAge(sets, options.max_age, now),
      backup::checkGap(sets, options.max_gap, options.within.value_or(std::chrono::hours(24 * 7)),
                       now)};
  std::vector<core::CheckResult> all = limited;
  all.push_back(restore.check);
  all.push_back(disk.check);
  core::Json document{{"instance", instance.name}, {"folder", store.folder()}};
  document.update(factsOf(sets, restore, disk, now));
  document["checks"] = checks::toJson(all);
  document["outcome"] = core::outcomeName(checks::worst(limited));
  context.out().result(document, checks::text(all, context.out().settings().color));
  return checks::exitStatus(limited);
}

}  // namespace

Verb backupReport() {
  return makeVerb<BackupReportOptions>(
      {"report",
       "tell how old the newest good set is, the longest gap, restore time and disk",
       "For monitoring. Ages count from the moment whose data a set holds. A gap is a time without "
       "a new good set; the one from the newest set until now counts too. Sets that were pruned "
       "are not seen, so that --within should not reach further than the rules keep every set. How "
       "long a restore takes is known from the newest one that this host did.\n\n"
       "Changes nothing, and asks no server.",
       {"sotctl backup report", "sotctl backup report --max-age 26h --max-gap 26h -o json"},
       {{3, "the configuration is wrong"},
        {4, "there is no such instance"},
        {8, "the backup folder may not be read"},
        {10, "past a limit, or there is no good set"},
        {13, "could not determine: a clock was put back, or a set could not be looked at"}},
       {}},
      bind, run);
}

}  // namespace commands
