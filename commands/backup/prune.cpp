#include <fmt/format.h>

#include <algorithm>

#include "commands/backup/backup.hpp"
#include "commands/backup/shared.hpp"
#include "commands/operation.hpp"
#include "lib/backup/pruned.hpp"
#include "lib/backup/retention.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/hold.hpp"

namespace commands {
namespace {

struct BackupPruneOptions {
  config::KeepSettings keep;
  std::optional<core::Duration> within;
  bool broken = false;
};

void bind(Arguments& arguments, BackupPruneOptions& options) {
  arguments.option("--keep-last", "N", options.keep.last, "the newest N sets");
  arguments.option("--keep-hourly", "N", options.keep.hourly, "the newest set of N hours");
  arguments.option("--keep-daily", "N", options.keep.daily, "the newest set of N days");
  arguments.option("--keep-weekly", "N", options.keep.weekly, "the newest set of N weeks");
  arguments.option("--keep-monthly", "N", options.keep.monthly, "the newest set of N months");
  arguments.option("--keep-yearly", "N", options.keep.yearly, "the newest set of N years");
  arguments.option("--keep-within", "DURATION", options.within,
                   "all sets that are at most this much older than the newest good one (3d)");
  arguments.flag("--broken", options.broken,
                 "also remove broken sets and what is left of unfinished ones");
}

/// Those of the command line if there are any, else those of the configuration: never mixed.
config::KeepSettings rulesFor(const BackupPruneOptions& options, const config::Instance& instance) {
  config::KeepSettings given = options.keep;
  if (options.within) given.within = *options.within;
  for (const int number :
       {given.last, given.hourly, given.daily, given.weekly, given.monthly, given.yearly}) {
    if (number < 0) throw core::Error(core::Kind::usage, fmt::format("{} sets to keep", number));
  }
  const config::KeepSettings rules = given.empty() ? instance.backup.keep : given;
  if (!rules.empty() || options.broken) return rules;
  throw core::Error(
      core::Kind::refused,
      fmt::format("no rule says which backup sets of instance {} to keep", instance.name),
      "Give rules, such as --keep-daily 7 --keep-weekly 4, or set keep in the "
      "instance's [backup] section.");
}

/// What a prune is about to do, and what it looked at.
struct Pruning {
  std::vector<backup::Judgement> judgements;  // newest first
  std::vector<std::string> leftovers;         // folders, to be removed
  std::string newest_good;

  bool removesGood() const {
    return std::any_of(judgements.begin(), judgements.end(),
                       [](const auto& each) { return !each.keep && each.set.good(); });
  }
  bool removesBroken() const {
    return std::any_of(judgements.begin(), judgements.end(),
                       [](const auto& each) { return !each.keep && !each.set.good(); });
  }
};

Pruning look(Context& context, backup::Store& store, const config::KeepSettings& rules,
             bool broken) {
  Pruning pruning;
  pruning.judgements = backup::judge(store.list(), rules, broken, context.world().clock.now());
  for (const backup::Judgement& each : pruning.judgements) {
    if (pruning.newest_good.empty() && each.keep && each.set.good()) {
      pruning.newest_good = each.set.id;
    }
  }
  if (broken) pruning.leftovers = store.unfinished();
  return pruning;
}

std::string inWords(const Pruning& pruning) {
  out::Table table({"", ""});
  for (const backup::Judgement& each : pruning.judgements) {
    table.add({each.set.id, (each.keep ? "keep: " : "remove: ") + each.reason});
  }
  for (const std::string& folder : pruning.leftovers) {
    table.add({folder.substr(folder.rfind('/') + 1), "remove: begun and not finished"});
  }
  return table.text();
}

core::Json toJson(const Pruning& pruning) {
  core::Json sets = core::Json::array();
  for (const backup::Judgement& each : pruning.judgements) {
    sets.push_back({{"set", each.set.id},
                    {"verdict", each.keep ? "keep" : "remove"},
                    {"reason", each.reason}});
  }
  return {{"sets", std::move(sets)}, {"unfinished", pruning.leftovers}};
}

/// While new sets fail, the old ones are all that there is.
void refuseAfterFailure(Operation& operation, const Pruning& pruning) {
  const backup::StoredSet& newest = pruning.judgements.front().set;
  if (!newest.good()) {
    throw core::Error(
        newest.undetermined ? core::Kind::undetermined : core::Kind::refused,
        fmt::format("the newest backup set, {}, can't be used: {}", newest.id, newest.broken),
        "No good set is removed as long as this is so. Make a new one with: sotctl backup create");
  }
  for (const step::StoredRun& stored : operation.store().list()) {
    if (!stored.run) {
      throw core::Error(core::Kind::undetermined,
                        fmt::format("could not determine whether the newest run of backup create "
                                    "failed: run {}: {}",
                                    stored.id, stored.problem),
                        "Make a new set with: sotctl backup create");
    }
    const step::Run& run = *stored.run;
    if (run.plan.verb != "backup create" || run.plan.instance != operation.instance().name) {
      continue;
    }
    if (run.outcome == step::RunOutcome::done) return;
    throw core::Error(
        core::Kind::refused,
        fmt::format("the newest run of backup create, {}, did not succeed: {}{}", run.plan.id,
                    step::outcomeName(run.outcome), run.failure.empty() ? "" : ": " + run.failure),
        "No good set is removed as long as this is so. Make a new one with: sotctl backup create");
  }
}

void refuse(Operation& operation, const Pruning& pruning) {
  if (pruning.removesGood()) refuseAfterFailure(operation, pruning);
  if (pruning.removesBroken() && pruning.newest_good.empty()) {
    throw core::Error(core::Kind::refused,
                      fmt::format("no backup set of instance {} is good: the broken ones may be "
                                  "all that there is",
                                  operation.instance().name),
                      "Make a new one first: sotctl backup create");
  }
}

step::Plan planFor(Operation& operation, const backup::Store& store, const Pruning& pruning) {
  step::Plan plan;
  plan.id = operation.store().newId();
  plan.verb = "backup prune";
  plan.instance = operation.instance().name;
  // The oldest first: a run that is cut short keeps the better ones.
  for (const std::string& folder : pruning.leftovers) {
    plan.steps.push_back(
        backup::prunedStep(store.folder(), folder.substr(folder.rfind('/') + 1), {}));
  }
  for (auto each = pruning.judgements.rbegin(); each != pruning.judgements.rend(); ++each) {
    if (each->keep) continue;
    plan.steps.push_back(backup::prunedStep(store.folder(), each->set.id,
                                            each->set.good() ? pruning.newest_good : ""));
  }
  plan.title =
      fmt::format("remove {} of {}",
                  core::plural(static_cast<std::int64_t>(plan.steps.size()), "folder", "folders"),
                  store.folder());
  return plan;
}

Report reportOf(Context& context, const backup::Store& store, const Pruning& pruning) {
  ports::Files& files = context.world().files;
  std::uint64_t bytes = 0;
  std::vector<std::string> removed;
  std::vector<std::string> stayed;
  for (const backup::Judgement& each : pruning.judgements) {
    if (each.keep) continue;
    const bool there = files.info(each.set.folder).has_value();
    (there ? stayed : removed).push_back(each.set.id);
    if (!there && each.set.manifest) bytes += each.set.manifest->bytes();
  }
  Report report;
  report.document = {{"removed", removed}, {"stayed", stayed}, {"bytes", bytes}};
  report.text = inWords(pruning);
  report.text += fmt::format("removed {}, {}; {} free below {}\n",
                             core::plural(static_cast<std::int64_t>(removed.size()), "set", "sets"),
                             core::formatBytes(bytes),
                             core::formatBytes(files.freeBytes(store.folder())), store.folder());
  if (!stayed.empty()) {
    report.text +=
        fmt::format("pinned or needed meanwhile, and left: {}\n", core::join(stayed, ", "));
  }
  return report;
}

/// While data may be damaged, the sets of before are what it is mended from.
void refuseHeld(Context& context, const config::Instance& instance) {
  const auto hold = service::findHold(context.world(), instance, holdPlaces(context, instance));
  if (!hold) return;
  throw core::Error(core::Kind::refused,
                    fmt::format("instance {} is {}", instance.name, service::inWords(*hold)),
                    "No set is removed meanwhile. `sotctl service release` ends the hold.");
}

int run(Context& context, const BackupPruneOptions& options) {
  const config::Instance& instance = context.instance(Need::change);
  refuseHeld(context, instance);
  Operation operation(context, instance);
  const config::KeepSettings rules = rulesFor(options, instance);
  operation.refuseUnfinished();
  backup::Store store(context.world(), instance);
  const Pruning pruning = look(context, store, rules, options.broken);
  try {
    refuse(operation, pruning);
  } catch (const core::Error&) {
    context.out().note(inWords(pruning));
    throw;
  }
  Execution execution;
  execution.plan = planFor(operation, store, pruning);
  execution.asks = Asks::yes;
  execution.introduction = inWords(pruning);
  execution.facts = toJson(pruning);
  execution.report = [&](const step::Run&) {
    Report report = reportOf(context, store, pruning);
    report.document.update(toJson(pruning));
    return report;
  };
  return execute(context, operation, execution);
}

}  // namespace

Verb backupPrune() {
  return makeVerb<BackupPruneOptions>(
      {"prune",
       "remove backup sets that no rule keeps",
       "Keeps what any rule keeps and removes the other good sets, after asking. A rule such as "
       "--keep-daily 7 keeps the newest good set of each of the last seven days that have one "
       "(days, weeks, months and years of UTC). Rules on the command line replace those of the "
       "configuration ([instance.NAME.backup] keep); without any, nothing is removed. --dry-run "
       "says for each set what becomes of it and why.\n\n"
       "Never removed: pinned sets, the newest good set, sets that could not be looked at or were "
       "taken in the future. Nothing good is removed while the newest set is broken or the newest "
       "run of `sotctl backup create` did not succeed. Broken sets fill no rule and go only with "
       "--broken, which may stand alone; so do folders of sets that were begun and not "
       "finished.\n\n"
       "A removed set can't be brought back. A run that was cut short is finished by `sotctl run "
       "resume`.",
       {"sotctl backup prune --keep-daily 7 --keep-weekly 4 --keep-monthly 6 --dry-run",
        "sotctl backup prune --yes", "sotctl backup prune --broken"},
       {{3, "the configuration is wrong"},
        {4, "there is no such instance"},
        {5, "no rules, the newest set or run is no good, a hold, or declined; nothing was changed"},
        {6, "another run is at work or unfinished"},
        {7, "the database server, which holds the instance's lock, can't be reached"},
        {8, "the backup folder may not be written"},
        {12, "some sets are removed and others are not yet: resume the run"},
        {13, "the newest set or run could not be looked at"}},
       {}},
      bind, run);
}

}  // namespace commands
