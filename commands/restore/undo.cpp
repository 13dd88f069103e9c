#include "commands/restore/restore.hpp"
#include "commands/trusted.hpp"
#include "lib/checks/report.hpp"
#include "lib/restore/fit.hpp"
#include "lib/restore/since.hpp"
#include "lib/restore/steps.hpp"

namespace commands {
namespace {

struct RestoreUndoOptions {};

void bind(Arguments&, RestoreUndoOptions&) {}

/// The set is that of a restore or a redo; an undo puts a database in that came from none.
restore::SwappedIn swappedIn(const step::Run& run) {
  restore::SwappedIn swapped;
  swapped.when = run.ended.value_or(run.started);
  if (swappedPair(run).kept.find("_before_") == std::string::npos) return swapped;
  swapped.set = run.plan.facts.at("set").get<std::string>();
  if (run.plan.verb == "restore run" && run.results.contains("swap_transaction")) {
    swapped.transaction = run.results.at("swap_transaction").get<std::int64_t>();
  }
  return swapped;
}

/// After a redo the database came from the set again.
bool comesFromSet(const step::Run& newest) {
  return swappedPair(newest).kept.find("_restored_") != std::string::npos;
}

/// The restore that a chain of undo and redo began with.
std::string restoreBehind(Operation& operation, const step::Run& newest) {
  step::Run run = newest;
  while (!run.plan.undoes.empty()) run = operation.store().find(run.plan.undoes);
  return run.plan.id;
}

/// The database that would come back may be older or newer than the code of today.
core::CheckResult fitOfKept(Context& context, Operation& operation, const step::Run& newest) {
  const restore::Environment environment{context.world(), operation.instance()};
  if (!comesFromSet(newest)) {
    return restore::fitOfNoted(
        environment,
        restore::notedMigrations(operation.store().folder(restoreBehind(operation, newest))));
  }
  return restore::fitOfSet(
      environment,
      backup::lookAt(context.world(), backup::Store(context.world(), operation.instance())
                                          .setFolder(newest.plan.facts.at("set"))));
}

/// What an undo that puts another database in place looks at; one of files alone does not.
void addDatabaseChecks(Context& context, Operation& operation, const step::Run& newest,
                       Execution& execution) {
  const core::CheckResult fit = fitOfKept(context, operation, newest);
  if (fit.outcome == core::Outcome::fail && !context.accepted("migrations-differ")) {
    throw restore::misfit(fit);
  }
  restore::examineUndone(
      execution.plan.steps, swappedPair(newest).kept_oid,
      comesFromSet(newest) ? newest.plan.facts.at("set").get<std::string>() : "");
  execution.introduction += checks::text({fit}, false);
  execution.facts["migrations"] = checks::toJson(fit);
}

int undoRestore(Context& context, const RestoreUndoOptions&) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance);
  operation.refuseUnfinished();
  const step::Run newest = newestRestore(operation);
  requireTrustedRuns(context, newest.plan.id);
  Execution execution;
  execution.plan = operation.engine().undoPlan(newest);
  execution.asks = Asks::name;
  execution.report = swapReport;
  const restore::WrittenSince written = restore::writtenSince(
      {context.world(), instance}, swappedIn(newest), context.out().progress());
  execution.introduction = restore::inWords(written);
  if (!swappedPair(newest).live.empty()) addDatabaseChecks(context, operation, newest, execution);
  execution.facts["written_since"] = restore::toJson(written);
  return execute(context, operation, execution);
}

}  // namespace

Verb restoreUndo() {
  Verb verb;
  verb.name = "undo";
  verb.summary = "swap the databases of the newest restore back; again: redo";
  verb.description =
      "States first what was written since the swap: it stays in the database that is kept then. "
      "Undoing an undo is a redo. Nothing is dropped by either.";
  verb.examples = {"sotctl restore undo", "sotctl restore undo --yes --reason 'wrong set'"};
  verb.exits = {
      {4, "there is no finished restore"},
      {5,
       "declined, nobody to ask, somebody changed the databases meanwhile, or the kept one "
       "does not fit the installed code"},
      {6, "another run is at work or unfinished"},
      {7, "the database server can't be reached"},
      {10, "undone, and a check of what is there now failed"},
      {12, "the undo is incomplete; resume or abort it"},
      {13, "undone, and a check of what is there now could not be determined"}};
  return makeVerb<RestoreUndoOptions>(std::move(verb), bind, undoRestore);
}

}  // namespace commands
