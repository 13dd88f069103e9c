#include "commands/run/run.hpp"

#include <fmt/format.h>

#include "commands/trusted.hpp"
#include "lib/core/error.hpp"

namespace commands {

Noun runNoun() {
  return {"run",
          "runs of changing commands: look, continue, take back, hand over",
          {runList(), runShow(), runResume(), runAbort(), runUndo(), runTake(), runNote(),
           runReport()}};
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

config::Instance instanceOf(Context& context, const step::Run& run) {
  try {
    return context.named(run.plan.instance);
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::not_found) throw;
    context.out().warn(fmt::format("{}: its logins and services are not known here", error.what()));
    config::Instance bare;
    bare.name = run.plan.instance;
    bare.database.name = run.plan.facts.value("database", std::string());
    return bare;
  }
}

Operation::Locks locksOf(const step::Run& run) {
  return run.plan.facts.contains("locks") ? Operation::Locks::hosts : Operation::Locks::everywhere;
}

}  // namespace commands
