#include "commands/run/run.hpp"

namespace commands {
namespace {

struct RunListOptions {
  bool unfinished = false;
};

void bind(Arguments& arguments, RunListOptions& options) {
  arguments.flag("--unfinished", options.unfinished, "only runs that were not ended");
}

std::string lasted(const step::Run& run) {
  return run.ended ? core::formatDuration(*run.ended - run.started) : "";
}

int listRuns(Context& context, const RunListOptions& options) {
  const step::RunStore store(context.world(), context.stateFolder());
  core::Json document{{"runs", core::Json::array()}};
  out::Table table({"RUN", "VERB", "INSTANCE", "OUTCOME", "PERSON", "LASTED"});
  for (const step::StoredRun& each : store.list()) {
    if (!each.run) {
      document["runs"].push_back({{"run", each.id}, {"problem", each.problem}});
      table.add({each.id, "", "", "can't be read: " + each.problem, "", ""});
      continue;
    }
    const step::Run& run = *each.run;
    if (options.unfinished && run.outcome != step::RunOutcome::unfinished) continue;
    document["runs"].push_back(runDocument(run));
    table.add({each.id, run.plan.verb, run.plan.instance, step::outcomeName(run.outcome),
               run.person, lasted(run)});
  }
  context.out().result(document, document["runs"].empty() ? "No runs.\n" : table.text());
  return 0;
}

}  // namespace

Verb runList() {
  Verb verb;
  verb.name = "list";
  verb.summary = "list the runs of this host, newest first";
  verb.description = "Every changing command is a run with a journal. Finished runs stay listed.";
  verb.examples = {"sotctl run list", "sotctl run list --unfinished -o json"};
  return makeVerb<RunListOptions>(std::move(verb), bind, listRuns);
}

}  // namespace commands
