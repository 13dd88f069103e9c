#include <fmt/format.h>

#include "commands/restore/restore.hpp"
#include "commands/sets.hpp"
#include "lib/backup/roots.hpp"
#include "lib/backup/steps.hpp"
#include "lib/backup/verify.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"
#include "lib/database/measure.hpp"
#include "lib/restore/assessment.hpp"
#include "lib/restore/files.hpp"
#include "lib/restore/fit.hpp"

namespace commands {
namespace {

struct RestoreRunOptions {
  SetOptions choice;
  bool keep_outbound = false;
  bool replace = false;
  std::optional<std::string> with;

  std::vector<std::string> parts() const {
    return with ? backup::partsOf(*with) : std::vector<std::string>();
  }
};

void bind(Arguments& arguments, RestoreRunOptions& options) {
  bindSet(arguments, options.choice);
  arguments.option("--with", "PARTS", options.with,
                   "also put files of the set back: media, config, or media,config");
  arguments.flag("--keep-outbound", options.keep_outbound,
                 "leave webhooks, event rules, scheduled jobs and data sources on (they always are "
                 "on production)");
  arguments.flag("--replace", options.replace,
                 "where there is no room for both: save the live database as a set and drop it, "
                 "then load; can't be undone");
}

backup::StoredSet chosenSet(Context& context, const config::Instance& instance,
                            const RestoreRunOptions& options) {
  backup::Store store(context.world(), instance);
  backup::StoredSet set = chosenSet(context, store, options.choice);
  if (set.good()) return set;
  throw core::Error(set.undetermined ? core::Kind::undetermined : core::Kind::corrupt,
                    fmt::format("set {} can't be used: {}", set.id, set.broken),
                    "`sotctl backup list` shows the others.");
}

/// Every byte is read back before anything is touched.
void refuseDamaged(Context& context, const config::Instance& instance,
                   const backup::StoredSet& set) {
  context.out().note(fmt::format("verifying set {}", set.id));
  const backup::Verification found =
      backup::verifySet(context.world(), set, database::effectiveJobs(instance.backup.jobs),
                        context.out().progress());
  if (!found.good()) throw found.error();
}

/// A dump is SQL that is loaded with the rights of the admin login.
void refuseForeign(Context& context, const backup::StoredSet& set) {
  if (context.accepted("foreign-set")) return;
  ports::World& world = context.world();
  const auto reason =
      config::distrust(world.files, set.folder + "/" + backup::kManifestFile, world.caller.uid);
  if (!reason) return;
  throw core::Error(core::Kind::refused,
                    fmt::format("others could have written set {}: {}", set.id, *reason),
                    "Close the folder to them, or restore it with --accept foreign-set if you know "
                    "where the set comes from.",
                    "foreign-set");
}

/// pg_restore writes for the server that the set comes from; an older one may not understand it.
void refuseNewer(Context& context, const restore::Assessment& assessment) {
  const int of_set = assessment.set.manifest->database.identity.major();
  if (of_set <= assessment.server_major || context.accepted("newer-postgres")) return;
  throw core::Error(
      core::Kind::refused,
      fmt::format("set {} is of PostgreSQL {}, this server is PostgreSQL {}", assessment.set.id,
                  of_set, assessment.server_major),
      "Restore it on a server of that version, or try it with --accept newer-postgres: what can't "
      "be loaded is taken back.",
      "newer-postgres");
}

void refuseFullDisk(Context& context, const restore::Assessment& assessment) {
  if (context.accepted("disk-space")) return;
  for (const core::CheckResult& each : assessment.needs) {
    if (each.outcome != core::Outcome::fail) continue;
    throw core::Error(
        core::Kind::refused,
        fmt::format("{} has {}, the copy needs {}", each.subject, each.found, each.wanted),
        each.hint, "disk-space");
  }
}

/// A backup that was made by itself may be younger than the damage that it is to repair.
void askAboutNewest(Context& context, const config::Instance& instance,
                    const restore::Assessment& assessment, const RestoreRunOptions& options) {
  if (!options.choice.newest || instance.environment != config::Environment::production) return;
  const restore::Changes& before = assessment.just_before;
  if (before.known && before.deletions == 0) return;
  context.out().note(restore::damageInWords(assessment));
  const ports::Question question{
      "restore.newest",
      fmt::format("Restore the newest set, {}, nevertheless?", assessment.set.id)};
  if (context.world().prompt.confirm(question)) return;
  throw core::Error(core::Kind::refused, "the newest set is not wanted; nothing was changed",
                    "`sotctl backup list` shows the others; --before TIME takes the newest one of "
                    "an earlier moment.");
}

/// What earlier runs on this host tell; none of it can hold up a restore.
std::vector<step::Run> earlierRuns(Operation& operation) {
  std::vector<step::Run> runs;
  for (step::StoredRun& stored : operation.store().list()) {
    if (stored.run && stored.run->plan.instance == operation.instance().name) {
      runs.push_back(std::move(*stored.run));
    }
  }
  return runs;
}

/// The set that holds the live database before it is dropped.
backup::Request savingRequest(Context& context, const config::Instance& instance,
                              const std::string& run, const std::string& by) {
  const std::string description = "replaced by " + by;
  return {backup::setId(run, context.world().caller.person, description),
          backup::Store(context.world(), instance).folder(), description, instance.backup.jobs,
          true};
}

step::Plan planFor(Context& context, Operation& operation, const restore::Assessment& assessment,
                   const restore::FilesPlan& files, const RestoreRunOptions& options) {
  const config::Instance& instance = operation.instance();
  step::Plan plan;
  plan.id = operation.store().newId();
  plan.verb = "restore run";
  plan.instance = instance.name;
  plan.title =
      fmt::format("restore set {} into database {}", assessment.set.id, assessment.target.database);
  plan.facts = {{"set", assessment.set.id}, {"database", assessment.target.database}};
  const restore::Wishes wishes{options.keep_outbound, operation.store().folder(plan.id)};
  if (!options.replace || !assessment.live_exists) {
    plan.abort_on_failure = true;
    if (!assessment.alreadySo()) {
      plan.steps =
          restore::restoreSteps(instance, assessment.set.id, plan.id, assessment.target, wishes);
    }
    restore::addFileSteps(plan.steps, files, assessment.set.id, plan.id);
    return plan;
  }
  const backup::Request saving = savingRequest(context, instance, plan.id, assessment.set.id);
  plan.facts["saved"] = saving.set;
  plan.steps = restore::replaceSteps(instance, assessment.set.id, plan.id, assessment.target,
                                     wishes, backup::createSteps(saving), saving.set);
  restore::addFileSteps(plan.steps, files, assessment.set.id, plan.id);
  return plan;
}

/// What the plan says of the way back.
std::string wayBackInWords(const step::Plan& plan) {
  const auto saved = plan.facts.find("saved");
  if (saved == plan.facts.end()) {
    return "Point of no return: none. What is there now is kept beside it, until `sotctl restore "
           "finish`.\n";
  }
  return fmt::format(
      "Point of no return: database {} is dropped before the set is loaded. The services are "
      "stopped "
      "until all is done; set {}, made of it first, is the only way back.\n",
      plan.facts.at("database").get<std::string>(), saved->get<std::string>());
}

int sayAlready(Context& context, const restore::Assessment& assessment,
               const restore::FilesPlan& files) {
  core::Json document = restore::toJson(assessment);
  document.update(restore::toJson(files));
  document["changed"] = false;
  context.out().result(
      document,
      restore::inWords(assessment, context.instance(Need::change), context.world().clock.now()) +
          restore::inWords(files) +
          "Already so: every table, sequence and definition is equal. Nothing to "
          "do.\n");
  return 0;
}

int carryOut(Context& context, const RestoreRunOptions& options, bool only_show) {
  options.parts();  // complains of its words
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance);
  operation.refuseUnfinished();
  const backup::StoredSet set = chosenSet(context, instance, options);
  refuseForeign(context, set);
  refuseDamaged(context, instance, set);
  restore::Assessment assessment =
      restore::assess({context.world(), instance}, set, context.out().progress(), options.replace);
  assessment.expected = restore::expectedTime(set, backup::Store(context.world(), instance).list(),
                                              earlierRuns(operation));
  const restore::FilesPlan files = restore::planFiles({context.world(), instance}, set,
                                                      options.parts(), context.out().progress());
  if (assessment.alreadySo() && files.alreadySo()) return sayAlready(context, assessment, files);
  refuseNewer(context, assessment);
  refuseFullDisk(context, assessment);
  if (assessment.fit.outcome == core::Outcome::fail && !context.accepted("migrations-differ")) {
    throw restore::misfit(assessment.fit);
  }
  if (!only_show && !context.globals().dry_run) {
    askAboutNewest(context, instance, assessment, options);
  }
  Execution execution;
  execution.plan = planFor(context, operation, assessment, files, options);
  execution.asks = Asks::name;
  execution.introduction = restore::inWords(assessment, instance, context.world().clock.now()) +
                           restore::inWords(files) + wayBackInWords(execution.plan);
  if (execution.plan.facts.contains("saved")) execution.warning = wayBackInWords(execution.plan);
  execution.facts = restore::toJson(assessment);
  execution.facts.update(restore::toJson(files));
  execution.report = swapReport;
  execution.only_show = only_show;
  return execute(context, operation, execution);
}

int runRestore(Context& context, const RestoreRunOptions& options) {
  return carryOut(context, options, false);
}

int planRestore(Context& context, const RestoreRunOptions& options) {
  return carryOut(context, options, true);
}

}  // namespace

Verb restoreRun() {
  Verb verb;
  verb.name = "run";
  verb.summary = "restore a set: load it beside the live database, prove it, swap";
  verb.description =
      "The set is verified and loaded into a new database beside the live one, and compared with "
      "its manifest: rows and digests of every table, sequences, definitions. Only then are the "
      "services stopped, sessions ended, and both names swapped in one transaction. The database "
      "from before stays, under a dated name. A failure on the way takes everything back.\n"
      "On what is not production, whatever makes the application reach out by itself is switched "
      "off in the new database once it is proven, and the application's role gets the configured "
      "password if it can't log in with it.\n"
      "With --with the set's files are unpacked beside the live ones before anything stops, and "
      "exchanged with them while the services are stopped; the old ones stay under a dated name "
      "until `sotctl restore finish`.\n"
      "A live database that equals the set already is left alone, and so are equal files.";
  verb.examples = {"sotctl restore run --newest",
                   "sotctl restore run 20261121T030012Z-4f1c --yes --reason 'devices deleted'",
                   "sotctl restore run --before 2026-11-21T04:00",
                   "sotctl restore run --newest --with media,config",
                   "sotctl restore run --newest --dry-run",
                   "sotctl restore run --newest --replace"};
  verb.exits = {{0, "restored, or already so"},
                {4, "no such set, or no role to own the database"},
                {5, "declined, nobody to ask, or something is in the way; nothing was changed"},
                {6, "another run is at work or unfinished"},
                {7, "the database server can't be reached"},
                {9, "sessions did not end in time; everything was taken back"},
                {10, "restored, and a check of what is there now failed"},
                {11, "the set is damaged"},
                {12, "something was changed and the run is incomplete; resume or abort it"},
                {13, "restored, and a check of what is there now could not be determined"}};
  return makeVerb<RestoreRunOptions>(std::move(verb), bind, runRestore);
}

Verb restorePlan() {
  Verb verb;
  verb.name = "plan";
  verb.summary = "show what restore run would do and what would be lost; changes nothing";
  verb.description =
      "Verifies the set, compares it with the live database, and lists each step with what is "
      "there now: the same as restore run --dry-run.";
  verb.examples = {"sotctl restore plan --newest"};
  verb.exits = {{4, "no such set"},
                {5, "something is in the way"},
                {7, "the database server can't be reached"},
                {11, "the set is damaged"}};
  return makeVerb<RestoreRunOptions>(std::move(verb), bind, planRestore);
}

}  // namespace commands
