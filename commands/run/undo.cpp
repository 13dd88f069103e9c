#include "commands/run/run.hpp"

namespace commands {
namespace {

int undoRun(Context& context, const RunOptions& options) {
  const step::Run run = actedOn(context, options.id);
  Operation operation(context, context.named(run.plan.instance), locksOf(run));
  Execution execution;
  execution.plan = operation.engine().undoPlan(run);
  execution.asks = Asks::name;
  return execute(context, operation, execution);
}

}  // namespace

Verb runUndo() {
  Verb verb;
  verb.name = "undo";
  verb.summary = "take the effect of a finished run back, as a run of its own";
  verb.description =
      "Observes first and refuses what somebody changed meanwhile. The undo of an undo is a redo.";
  verb.examples = {"sotctl run undo 20261121T030012Z-3f2a"};
  verb.exits = {{4, "no such run"},
                {5, "not finished, nothing to undo, past its point of no return, or declined"},
                {6, "another run is at work or unfinished"},
                {12, "the undo is incomplete; resume or abort it"}};
  return makeVerb<RunOptions>(std::move(verb), bindRun, undoRun);
}

}  // namespace commands
