#include "commands/run/run.hpp"

#include "commands/trusted.hpp"

namespace commands {

Noun runNoun() {
  return {"run",
          "runs of changing commands: look, continue, take back, hand over",
          {runList(), runShow(), runResume(), runAbort(), runUndo(), runTake(), runNote()}};
}

void bindRun(Arguments& arguments, RunOptions& options) {
  arguments.positional("ID", options.id, "the run, or a beginning of its id that fits only one");
}

step::Run storedRun(Context& context, const std::string& id) {
  return step::RunStore(context.world(), context.stateFolder()).find(id);
}

step::Run actedOn(Context& context, const std::string& id) {
  requireTrustedRuns(context);
  step::Run run = storedRun(context, id);
  requireTrustedRuns(context, run.plan.id);
  return run;
}

}  // namespace commands
