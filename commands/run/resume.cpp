#include <fmt/format.h>

#include "commands/run/run.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/restore/examined.hpp"

namespace commands {
namespace {

int resumeRun(Context& context, const RunOptions& options) {
  const step::Run run = actedOn(context, options.id);
  if (run.plan.facts.contains("checklist")) {
    throw core::Error(
        core::Kind::refused, "run " + run.plan.id + " is a checklist",
        fmt::format("`sotctl validate --resume {}` asks what is left of it.", run.plan.id));
  }
  Operation operation(context, context.named(run.plan.instance), locksOf(run));
  if (run.outcome != step::RunOutcome::unfinished) {
    core::Json document = runDocument(run);
    document["changed"] = false;
    context.out().result(document, "Already so. " + runLine(run) + "\n");
    return 0;
  }
  if (context.globals().dry_run) {
    std::string text = "Would continue run " + run.plan.id + ":\n";
    for (const std::string& line : operation.engine().manualRemaining(run)) text += line + "\n";
    context.out().result(runDocument(run), text);
    context.markChanged();
    return 0;
  }
  const step::Run ended = operation.engine().resume(run);
  core::Json document = runDocument(ended);
  document["changed"] = true;
  const std::vector<core::CheckResult> found = restore::aftermath(ended);
  if (!found.empty()) document["checks"] = checks::toJson(found);
  context.out().result(document,
                       runLine(ended) + "\n" + checks::text(found, context.out().settings().color));
  context.markChanged();
  return checks::exitStatus(found);
}

}  // namespace

Verb runResume() {
  Verb verb;
  verb.name = "resume";
  verb.summary = "continue an unfinished run from where it stopped";
  verb.description =
      "The plan is rebuilt from the journal. Everything that can be looked at is looked at again: "
      "what holds is left alone, what does not is done. An abort that was begun is continued.";
  verb.examples = {"sotctl run resume 20261121T030012Z-3f2a"};
  verb.exits = {{4, "no such run"},
                {5, "something is in the way, or others can write its journal"},
                {6, "it belongs to somebody else, or another run is at work"},
                {7, "the database server can't be reached"},
                {10, "a check of what came out of it failed"},
                {12, "it failed again and is still incomplete"},
                {13, "a check of what came out of it could not be determined"}};
  return makeVerb<RunOptions>(std::move(verb), bindRun, resumeRun);
}

}  // namespace commands
