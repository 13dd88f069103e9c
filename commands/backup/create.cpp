#include <fmt/format.h>

#include "commands/backup/backup.hpp"
#include "commands/backup/shared.hpp"
#include "commands/operation.hpp"
#include "lib/backup/roots.hpp"
#include "lib/backup/standby.hpp"
#include "lib/backup/steps.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct BackupCreateOptions {
  std::string description;
  std::optional<core::Duration> if_older_than;
  std::optional<std::string> with;
  bool quiesce = false;
  int jobs = 0;
};

/// The server that stamps a set and this host need not agree to the second.
constexpr core::Duration kClocksDiffer = std::chrono::minutes(1);

void bind(Arguments& arguments, BackupCreateOptions& options) {
  arguments.option("--description", "TEXT", options.description,
                   "what this set is for: stands in its name and its manifest, and pins it");
  arguments.option("--if-older-than", "DURATION", options.if_older_than,
                   "do nothing if the newest good set is younger (20h, 6d)");
  arguments.option("--with", "PARTS", options.with,
                   "also copy files of the same moment: media, config, or media,config");
  arguments.flag(
      "--quiesce", options.quiesce,
      "stop application and workers while the set's moment is taken, and start them again");
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
  plan.steps = backup::createSteps(
      {set, store.folder(), options.description,
       options.jobs > 0 ? options.jobs : instance.backup.jobs, set != plan.id,
       options.with ? backup::partsOf(*options.with) : std::vector<std::string>()},
      options.quiesce ? plan.id : "");
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

Report reportOf(Context& context, const std::string& folder, const step::Run& run) {
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
  report.text += backup_shared::partsInWords(manifest);
  if (const core::Json downtime = run.results.value("downtime_ms", core::Json(nullptr));
      downtime.is_number()) {
    report.text += fmt::format("Downtime, seen from outside: {}\n",
                               core::formatDuration(core::Duration(
                                   static_cast<std::int64_t>(downtime.get<double>() * 1000))));
  }
  return report;
}

constexpr core::Duration kLateStandby = std::chrono::minutes(10);

/// A set of a standby holds what the standby has replayed. Errors: refused if replay is paused.
void lookAtStandby(Context& context, const config::Instance& instance) {
  database::Database database(context.world(), instance);
  const backup::Standby standby = backup::standbyState(database);
  if (!standby.is_standby) return;
  const std::string age =
      standby.replayed
          ? fmt::format("its last replayed change is of {} ({})",
                        core::formatLocal(*standby.replayed),
                        backup_shared::ageInWords(*standby.replayed, context.world().clock.now()))
          : "it has replayed no change since it started";
  if (standby.paused && !context.accepted("paused-standby")) {
    throw core::Error(core::Kind::refused, fmt::format("replay on this standby is paused: {}", age),
                      "Let it go on with SELECT pg_wal_replay_resume(), or take a set of old data "
                      "with --accept paused-standby.",
                      "paused-standby");
  }
  const bool late =
      standby.replayed && context.world().clock.now() - *standby.replayed > kLateStandby;
  if (standby.paused || !standby.streaming) {
    context.out().warn(fmt::format("the server is a standby, {}; {}",
                                   standby.paused ? "and replay is paused" : "without its primary",
                                   age));
  } else if (late) {
    context.out().note(fmt::format("the server is a standby; {}", age));
  }
  if (!standby.feedback && standby.patience >= core::Duration::zero()) {
    context.out().note(fmt::format(
        "replay may end a dump that lasts longer than {} (max_standby_streaming_delay); "
        "it is then begun again",
        core::formatDuration(standby.patience)));
  }
}

/// What would be copied, from where.
std::string filesInWords(const backup::Roots& roots, const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    for (const backup::Root& root : roots.of(part)) {
      text += fmt::format("  {:<7} {}\n", part, root.path);
    }
    for (const auto& [name, why] : roots.undetermined) {
      if (name == part) text += fmt::format("  {:<7} could not determine: {}\n", part, why);
    }
  }
  for (const std::string& remark : roots.remarks) text += "  " + remark + "\n";
  return "Files of the installation:\n" + text;
}

/// A set that lacks files is kept, since its database is whole; whoever asked for them must know.
void requireFiles(Context& context, const std::string& folder) {
  const backup::StoredSet set = backup::lookAt(context.world(), folder);
  for (const backup::Part& part : set.manifest->parts) {
    if (!part.undetermined.empty()) {
      throw core::Error(core::Kind::undetermined,
                        fmt::format("set {} is made, and could not determine all of {}: {}", set.id,
                                    part.name, part.undetermined),
                        "Back that store up with its own means; or leave media out of --with.");
    }
    if (part.left_out_count == 0) continue;
    throw core::Error(
        core::Kind::failed_check,
        fmt::format("set {} is made, but {} of {} are not in it, first {}", set.id,
                    core::plural(static_cast<std::int64_t>(part.left_out_count), "file", "files"),
                    part.name, part.left_out.front()),
        fmt::format("See all of them with: sotctl backup show {}", set.id));
  }
}

int run(Context& context, const BackupCreateOptions& options) {
  if (options.jobs < 0) throw core::Error(core::Kind::usage, "--jobs is negative");
  if (options.with) backup::partsOf(*options.with);
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance);
  if (options.if_older_than) {
    if (const auto set = youngEnough(context, instance, *options.if_older_than)) {
      return sayYoungEnough(context, *set);
    }
  }
  lookAtStandby(context, instance);
  const backup::Store store(context.world(), instance);
  Execution execution;
  execution.plan = planFor(context, operation, options, store);
  execution.asks = options.quiesce ? Asks::yes : Asks::nothing;
  execution.facts = execution.plan.facts;
  const std::string folder = execution.plan.facts.at("folder");
  execution.report = [&context, folder](const step::Run& run) {
    return reportOf(context, folder, run);
  };
  if (options.with && context.globals().dry_run) {
    execution.introduction =
        filesInWords(backup::findRoots(context.world(), instance), backup::partsOf(*options.with));
  }
  const int status = execute(context, operation, execution);
  if (options.with && !context.globals().dry_run) requireFiles(context, folder);
  return status;
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
       "With --with media the uploads, reports, scripts and jobs are copied, with --with config "
       "the "
       "application's configuration, environment and compose files and lists of packages: read "
       "from the moment of the snapshot on, and files that changed meanwhile are named. A "
       "configuration holds passwords and the secret key, so that the set does, too.\n\n"
       "With --quiesce workers take no new jobs, those that run are waited for (two minutes at "
       "most), and then workers and application stop until "
       "the snapshot is taken and the files are copied; then they start again, while the dump goes "
       "on. They start again as well when the run fails, is resumed or is aborted.\n\n"
       "A set holds the database, the roles without passwords, and a manifest; each set is new, so "
       "that a second call makes a second one, unless --if-older-than finds a good set that is "
       "young enough. With --description the set's name has the person and the text in it, and it "
       "is pinned: `sotctl backup prune` never removes it until `sotctl backup unpin`. A failed "
       "run leaves nothing behind; one that was "
       "interrupted or killed is finished by `sotctl run resume` or taken back by `sotctl run "
       "abort`.",
       {"sotctl backup create", "sotctl backup create --description 'before the upgrade to 4.2'",
        "sotctl backup create --if-older-than 20h", "sotctl backup create --with media,config",
        "sotctl backup create --with media --quiesce --yes",
        "sotctl -i netbox backup create --jobs 4 -o json"},
       {{3, "the configuration is wrong"},
        {4, "there is no such instance, database or program of PostgreSQL"},
        {5,
         "--quiesce was declined, replay on the standby is paused, not enough free space, or a "
         "folder that the dump can't be written to"},
        {6, "another run is at work or unfinished"},
        {7, "the database server can't be reached"},
        {8, "the login, or a table or folder, is denied"},
        {10, "the set is made, but files of --with could not be read"},
        {12, "something was begun and neither finished nor taken back: resume or abort it"},
        {13, "the set is made, but where all media is could not be determined"}},
       {}},
      bind, run);
}

}  // namespace commands
