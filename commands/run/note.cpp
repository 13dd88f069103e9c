#include <fmt/format.h>

#include "commands/run/run.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct RunNoteOptions {
  std::string id;
  std::vector<std::string> words;
};

void bind(Arguments& arguments, RunNoteOptions& options) {
  arguments.positional("ID", options.id, "the run, or a beginning of its id that fits only one");
  arguments.positional("TEXT", options.words, "what to remember");
}

int noteRun(Context& context, const RunNoteOptions& options) {
  const step::Run run = actedOn(context, options.id);
  const std::string text = core::join(options.words, " ");
  if (!context.globals().dry_run) {
    step::RunStore(context.world(), context.stateFolder())
        .journal(run.plan.id)
        .add("note", {{"text", text}});
  }
  context.out().result({{"run", run.plan.id}, {"note", text}},
                       fmt::format("Noted in run {}.\n", run.plan.id));
  return 0;
}

}  // namespace

Verb runNote() {
  Verb verb;
  verb.name = "note";
  verb.summary = "add a remark to a run's journal";
  verb.description = "For the post-mortem: what you saw, what you did beside it.";
  verb.examples = {"sotctl run note 20261121T030012Z-3f2a 'load balancer was drained by hand'"};
  verb.exits = {{4, "no such run"}, {5, "others can write its journal"}};
  return makeVerb<RunNoteOptions>(std::move(verb), bind, noteRun);
}

}  // namespace commands
