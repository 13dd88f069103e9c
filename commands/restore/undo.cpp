#include "commands/restore/restore.hpp"
#include "commands/trusted.hpp"
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
void examine(step::Plan& plan, const step::Run& newest) {
  const SwappedPair pair = swappedPair(newest);
  const bool from_set = pair.kept.find("_restored_") != std::string::npos;
  restore::examineUndone(plan.steps, pair.kept_oid,
                         from_set ? newest.plan.facts.at("set").get<std::string>() : "");
}

int undoRestore(Context& context, const RestoreUndoOptions&) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance);
  operation.refuseUnfinished();
  const step::Run newest = newestRestore(operation);
  requireTrustedRuns(context, newest.plan.id);
  Execution execution;
  execution.plan = operation.engine().undoPlan(newest);
  examine(execution.plan, newest);
  execution.asks = Asks::name;
  execution.report = swapReport;
  const restore::WrittenSince written = restore::writtenSince(
      {context.world(), instance}, swappedIn(newest), context.out().progress());
  execution.introduction = restore::inWords(written);
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
  verb.exits = {{4, "there is no finished restore"},
                {5, "declined, nobody to ask, or somebody changed the databases meanwhile"},
                {6, "another run is at work or unfinished"},
                {7, "the database server can't be reached"},
                {10, "undone, and a check of what is there now failed"},
                {12, "the undo is incomplete; resume or abort it"},
                {13, "undone, and a check of what is there now could not be determined"}};
  return makeVerb<RestoreUndoOptions>(std::move(verb), bind, undoRestore);
}

}  // namespace commands
