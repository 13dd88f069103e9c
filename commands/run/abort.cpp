#include "commands/run/run.hpp"

namespace commands {
namespace {

int abortRun(Context& context, const RunOptions& options) {
  const step::Run run = actedOn(context, options.id);
  Operation operation(context, context.named(run.plan.instance), locksOf(run));
  if (run.outcome == step::RunOutcome::aborted) {
    core::Json document = runDocument(run);
    document["changed"] = false;
    context.out().result(document, "Already so. " + runLine(run) + "\n");
    return 0;
  }
  if (context.globals().dry_run) {
    std::string text = "Would take run " + run.plan.id + " back:\n";
    for (const std::string& line : operation.engine().manualCompensating(run)) text += line + "\n";
    context.out().result(runDocument(run), text);
    context.markChanged();
    return 0;
  }
  const step::Run ended = operation.engine().abort(run);
  core::Json document = runDocument(ended);
  document["changed"] = true;
  context.out().result(document, runLine(ended) + "; everything is as it was before it.\n");
  context.markChanged();
  return 0;
}

}  // namespace

Verb runAbort() {
  Verb verb;
  verb.name = "abort";
  verb.summary = "take an unfinished run back to its beginning";
  verb.description =
      "Compensates what was started, in reverse, and leaves nothing of the run behind. Past a "
      "point of no return it is refused, and resume is the way.";
  verb.examples = {"sotctl run abort 20261121T030012Z-3f2a"};
  verb.exits = {{4, "no such run"},
                {5, "past its point of no return, it has ended, or others can write it"},
                {6, "it belongs to somebody else, or another run is at work"},
                {7, "the database server can't be reached"},
                {12, "it could not be taken back completely"}};
  return makeVerb<RunOptions>(std::move(verb), bindRun, abortRun);
}

}  // namespace commands
