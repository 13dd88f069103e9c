#include <fmt/format.h>

#include "commands/backup/backup.hpp"
#include "commands/backup/shared.hpp"
#include "commands/operation.hpp"
#include "lib/backup/steps.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct BackupCreateOptions {
  std::string description;
  std::optional<core::Duration> if_older_than;
  int jobs = 0;
};

/// The server that stamps a set and this host need not agree to the second.
constexpr core::Duration kClocksDiffer = std::chrono::minutes(1);

void bind(Arguments& arguments, BackupCreateOptions& options) {
  arguments.option("--description", "TEXT", options.description,
                   "what this set is for: stands in its name and its manifest, and pins it");
  arguments.option("--if-older-than", "DURATION", options.if_older_than,
                   "do nothing if the newest good set is younger (20h, 6d)");
  arguments.option("-j,--jobs", "N", options.jobs,
                   "tables dumped and measured at the same time; otherwise as configured");
}

/// The set's name begins with the id of the run that makes it, so that either leads to the other.
step::Plan planFor(Context& context, Operation& operation, const BackupCreateOptions& options,
                   const backup::Store& store) {
  const config::Instance& instance = operation.instance();
  step::Plan plan;
  plan.id = operation.store().newId();
  const std::string set =
      backup::setId(plan.id, context.world().caller.person, options.description);
  plan.verb = "backup create";
  plan.instance = instance.name;
  plan.title = fmt::format("back up database {} as set {}", instance.database.name, set);
  plan.abort_on_failure = true;
  plan.facts = {{"set", set}, {"folder", store.setFolder(set)}};
  plan.steps =
      backup::createSteps({set, store.folder(), options.description,
                           options.jobs > 0 ? options.jobs : instance.backup.jobs, set != plan.id});
  return plan;
}

/// The newest good set, if it is younger than this.
std::optional<backup::StoredSet> youngEnough(Context& context, const config::Instance& instance,
                                             core::Duration limit) {
  const core::Time now = context.world().clock.now();
  for (backup::StoredSet& set : backup::Store(context.world(), instance).list()) {
    if (!set.good()) continue;
    const core::Duration age = now - set.manifest->taken();
    if (age < -kClocksDiffer) {
      // Its age is not known, so that it does not count as young.
      context.out().warn(fmt::format("set {} was taken {}: a clock was put back", set.id,
                                     backup_shared::ageInWords(set.manifest->taken(), now)));
      continue;
    }
    if (age >= limit) return std::nullopt;
    return std::move(set);
  }
  return std::nullopt;
}

int sayYoungEnough(Context& context, const backup::StoredSet& set) {
  const core::Time now = context.world().clock.now();
  core::Json document = backup_shared::setToJson(set, now);
  document["changed"] = false;
  context.out().result(document,
                       fmt::format("Already so: set {} was taken {}.\n", set.id,
                                   backup_shared::ageInWords(set.manifest->taken(), now)));
  return 0;
}

Report reportOf(Context& context, const std::string& folder) {
  const backup::StoredSet set = backup::lookAt(context.world(), folder);
  if (!set.good()) {
    throw core::Error(core::Kind::incomplete,
                      fmt::format("backup set {} is gone or broken: {}", folder, set.broken),
                      "See what there is with: sotctl backup list");
  }
  const backup::Manifest& manifest = *set.manifest;
  Report report;
  report.document = backup_shared::setToJson(set, context.world().clock.now());
  report.text = fmt::format(
      "set {}: {} tables, {} rows, {} in {}, in {}\n", set.id, manifest.database.tables.size(),
      core::formatCount(manifest.database.rows()), core::formatBytes(manifest.bytes()), set.folder,
      core::formatDuration(manifest.total));
  return report;
}

int run(Context& context, const BackupCreateOptions& options) {
  if (options.jobs < 0) throw core::Error(core::Kind::usage, "--jobs is negative");
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance);
  if (options.if_older_than) {
    if (const auto set = youngEnough(context, instance, *options.if_older_than)) {
      return sayYoungEnough(context, *set);
    }
  }
  const backup::Store store(context.world(), instance);
  Execution execution;
  execution.plan = planFor(context, operation, options, store);
  execution.asks = Asks::nothing;
  execution.facts = execution.plan.facts;
  const std::string folder = execution.plan.facts.at("folder");
  execution.report = [&context, folder](const step::Run&) { return reportOf(context, folder); };
  return execute(context, operation, execution);
}

}  // namespace

Verb backupCreate() {
  return makeVerb<BackupCreateOptions>(
      {"create",
       "dump and measure the database as a new backup set",
       "Dumps the instance's database in parallel out of one snapshot. Then reads the dump back, "
       "counting and digesting the rows of every table, and compares it with what the snapshot "
       "held. The set gets its name only when all of that is on disk: what was cut short is never "
       "listed. The application goes on working meanwhile.\n\n"
       "A set holds the database, the roles without passwords, and a manifest; each set is new, so "
       "that a second call makes a second one, unless --if-older-than finds a good set that is "
       "young enough. With --description the set's name has the person and the text in it, and it "
       "is pinned: `sotctl backup prune` never removes it until `sotctl backup unpin`. A failed "
       "run leaves nothing behind; one that was "
       "interrupted or killed is finished by `sotctl run resume` or taken back by `sotctl run "
       "abort`.",
       {"sotctl backup create", "sotctl backup create --description 'before the upgrade to 4.2'",
        "sotctl backup create --if-older-than 20h",
        "sotctl -i netbox backup create --jobs 4 -o json"},
       {{3, "the configuration is wrong"},
        {4, "there is no such instance, database or program of PostgreSQL"},
        {5, "not enough free space, or a folder that the dump can't be written to"},
        {6, "another run is at work or unfinished"},
        {7, "the database server can't be reached"},
        {8, "the login, or a table or folder, is denied"},
        {12, "something was begun and neither finished nor taken back: resume or abort it"}},
       {}},
      bind, run);
}

}  // namespace commands
