#include <fmt/format.h>

#include "commands/run/run.hpp"
#include "lib/core/error.hpp"

namespace commands {
namespace {

int takeRun(Context& context, const RunOptions& options) {
  const step::Run run = actedOn(context, options.id);
  const std::string& person = context.world().caller.person;
  if (run.outcome != step::RunOutcome::unfinished) {
    throw core::Error(
        core::Kind::refused,
        fmt::format("run {} has ended: {}", run.plan.id, step::outcomeName(run.outcome)),
        fmt::format("`sotctl run show {}` tells what it did.", run.plan.id));
  }
  core::Json document = runDocument(run);
  document["changed"] = run.person != person;
  document["person"] = person;
  if (run.person == person) {
    context.out().result(document, fmt::format("Already so: the run is {}'s.\n", person));
    return 0;
  }
  if (!context.globals().dry_run) {
    step::RunStore store(context.world(), context.stateFolder());
    step::Journal journal = store.journal(run.plan.id);
    journal.add("taken", {{"from", run.person}, {"reason", context.globals().reason}});
    store.mark(step::readRun(journal.read()));
  }
  context.out().result(
      document, fmt::format("Run {} was {}'s and is {}'s now.\n", run.plan.id, run.person, person));
  context.markChanged();
  return 0;
}

}  // namespace

Verb runTake() {
  Verb verb;
  verb.name = "take";
  verb.summary = "take an unfinished run over from somebody else";
  verb.description =
      "Both names are recorded. Afterwards you may resume or abort it. A run whose process is "
      "still at work keeps its lock until that process ends.";
  verb.examples = {"sotctl run take 20261121T030012Z-3f2a --reason 'end of shift'"};
  verb.exits = {{4, "no such run"}, {5, "it has ended, or others can write it"}};
  return makeVerb<RunOptions>(std::move(verb), bindRun, takeRun);
}

}  // namespace commands
