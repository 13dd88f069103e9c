#include "commands/restore/restore.hpp"
#include "commands/trusted.hpp"
#include "lib/restore/since.hpp"

namespace commands {
namespace {

struct RestoreUndoOptions {};

void bind(Arguments&, RestoreUndoOptions&) {}

/// The set that the live database came from: after a restore or a redo, but not after an undo.
std::optional<std::string> liveSet(const step::Run& run) {
  const std::string kept = swappedPair(run).kept;
  if (kept.find("_before_") == std::string::npos) return std::nullopt;
  return run.plan.facts.at("set").get<std::string>();
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
  const restore::WrittenSince written =
      restore::writtenSince({context.world(), instance}, liveSet(newest),
                            newest.ended.value_or(newest.started), context.out().progress());
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
                {12, "the undo is incomplete; resume or abort it"}};
  return makeVerb<RestoreUndoOptions>(std::move(verb), bind, undoRestore);
}

}  // namespace commands
