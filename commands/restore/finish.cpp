#include <fmt/format.h>

#include "commands/restore/restore.hpp"
#include "commands/trusted.hpp"
#include "lib/core/error.hpp"
#include "lib/restore/files.hpp"
#include "lib/restore/steps.hpp"

namespace commands {
namespace {

struct RestoreFinishOptions {};

void bind(Arguments&, RestoreFinishOptions&) {}

step::Plan planFor(Operation& operation, const step::Run& run) {
  const SwappedPair pair = swappedPair(run);
  step::Plan plan;
  plan.id = operation.store().newId();
  plan.verb = "restore finish";
  plan.instance = operation.instance().name;
  plan.title = "drop what run " + run.plan.id + " kept";
  if (!pair.kept.empty()) {
    plan.facts = {{"database", pair.kept}, {"oid", pair.kept_oid}};
    plan.steps = {restore::dropStep(pair.kept, pair.kept_oid)};
  }
  for (step::Spec& spec : restore::dropKeptFiles(run)) plan.steps.push_back(std::move(spec));
  return plan;
}

int finishRestore(Context& context, const RestoreFinishOptions&) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance);
  operation.refuseUnfinished();
  const step::Run newest = newestRestore(operation);
  requireTrustedRuns(context, newest.plan.id);
  Execution execution;
  execution.plan = planFor(operation, newest);
  if (execution.plan.steps.empty()) {
    context.out().result({{"changed", false}}, "Already so: the restore kept nothing.\n");
    return 0;
  }
  execution.asks = Asks::name;
  return execute(context, operation, execution);
}

}  // namespace

Verb restoreFinish() {
  Verb verb;
  verb.name = "finish";
  verb.summary = "drop the database and files that the newest restore kept, for good";
  verb.description =
      "Bound to the database's name and object id, and to the very files: another database or file "
      "that has got the name meanwhile is left alone. Afterwards the restore can't be undone.";
  verb.examples = {"sotctl restore finish"};
  verb.exits = {{4, "there is no finished restore"},
                {5, "declined, nobody to ask, or another database has the name now"},
                {6, "another run is at work or unfinished"},
                {12, "incomplete; resume it"}};
  return makeVerb<RestoreFinishOptions>(std::move(verb), bind, finishRestore);
}

}  // namespace commands
