#include <fmt/format.h>

#include "commands/kinds.hpp"
#include "commands/run/run.hpp"
#include "lib/core/error.hpp"

namespace commands {
namespace {

struct RunShowOptions {
  std::string id;
  bool manual = false;
};

void bind(Arguments& arguments, RunShowOptions& options) {
  arguments.positional("ID", options.id, "the run, or a beginning of its id that fits only one");
  arguments.flag("--manual", options.manual,
                 "print what remains, and what takes it back, as plain commands");
}

const char* progressedName(step::Progressed progressed) {
  switch (progressed) {
    case step::Progressed::untouched:
      return "not reached";
    case step::Progressed::satisfied:
      return "held already";
    case step::Progressed::started:
      return "started";
    case step::Progressed::done:
      return "done";
    case step::Progressed::opened:
      return "open";
    case step::Progressed::closed:
      return "closed";
  }
  return "not reached";
}

core::Json stepsDocument(const step::Run& run) {
  core::Json steps = core::Json::array();
  step::forEachStep(run.plan.steps, [&](const step::Path& path, const step::Spec& spec) {
    const step::StepState& state = run.step(path);
    steps.push_back({{"step", path},
                     {"kind", spec.kind},
                     {"arguments", spec.arguments},
                     {"state", progressedName(state.progressed)},
                     {"found", state.found}});
  });
  return steps;
}

std::string shown(const step::Run& run, const step::Registry& registry) {
  std::string text = fmt::format("{}\n{}\n", run.plan.title, runLine(run));
  text += fmt::format("by {} on {}, started {}\n", run.person, run.host,
                      core::formatLocal(run.started));
  if (!run.reason.empty()) text += fmt::format("reason: {}\n", run.reason);
  if (!run.task.empty()) text += fmt::format("task: {}\n", run.task);
  step::forEachStep(run.plan.steps, [&](const step::Path& path, const step::Spec& spec) {
    const step::StepState& state = run.step(path);
    text += fmt::format("  {:<6}{:<13}{}\n", path, progressedName(state.progressed),
                        registry.make(spec)->title());
    if (!state.found.empty()) text += fmt::format("  {:19}{}\n", "", state.found);
  });
  for (const auto& [name, value] : run.results.items()) {
    text += fmt::format("{}: {}\n", name, value.dump());
  }
  if (!run.failure.empty()) text += fmt::format("failure: {}\n", run.failure);
  for (const std::string& note : run.notes) text += fmt::format("note: {}\n", note);
  return text;
}

std::string manualText(const std::vector<std::string>& remaining,
                       const std::vector<std::string>& compensating) {
  std::string text = "# To complete it by hand:\n";
  for (const std::string& line : remaining) text += line + "\n";
  if (remaining.empty()) text += "# nothing remains to be done\n";
  text += "\n# To take it back by hand:\n";
  for (const std::string& line : compensating) text += line + "\n";
  if (compensating.empty()) text += "# nothing is to be taken back\n";
  return text;
}

int showRun(Context& context, const RunShowOptions& options) {
  const step::Run run = storedRun(context, options.id);
  const config::Instance instance = instanceOf(context, run);
  Operation operation(context, instance);
  core::Json document = runDocument(run);
  document["steps"] = stepsDocument(run);
  document["notes"] = run.notes;
  if (!options.manual) {
    context.out().result(document, shown(run, allKinds(context.world(), operation.instance())));
    return 0;
  }
  const std::vector<std::string> remaining = operation.engine().manualRemaining(run);
  std::vector<std::string> compensating;
  try {
    compensating = operation.engine().manualCompensating(run);
  } catch (const core::Error& error) {
    compensating = {fmt::format("# {}", error.what())};
  }
  document["manual"] = {{"remaining", remaining}, {"compensating", compensating}};
  context.out().result(document, manualText(remaining, compensating));
  return 0;
}

}  // namespace

Verb runShow() {
  Verb verb;
  verb.name = "show";
  verb.summary = "show one run: its steps, how far they came, what was measured";
  verb.description =
      "With --manual: the remaining and the compensating steps as plain commands, for finishing "
      "by hand where sotctl can't.";
  verb.examples = {"sotctl run show 20261121T030012Z-3f2a",
                   "sotctl run show 20261121T030012Z-3f2a --manual"};
  verb.exits = {{4, "no such run"}, {11, "the journal is damaged"}};
  return makeVerb<RunShowOptions>(std::move(verb), bind, showRun);
}

}  // namespace commands
