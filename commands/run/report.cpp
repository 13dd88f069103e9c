#include <fmt/format.h>

#include <algorithm>

#include "commands/kinds.hpp"
#include "commands/run/run.hpp"
#include "commands/run/shared.hpp"
#include "lib/core/error.hpp"

namespace commands {
namespace {

void addTitles(const step::Registry& registry, const std::vector<step::Node>& nodes,
               std::map<step::Path, std::string>& to) {
  for (const step::Node& node : nodes) {
    to[node.path] = registry.make(node.spec)->title();
    addTitles(registry, node.inner, to);
  }
}

/// What can be done about it now.
std::string wayBack(Operation& operation, const step::Run& run) {
  const std::string& id = run.plan.id;
  switch (run.outcome) {
    case step::RunOutcome::unfinished:
      return run.aborting
                 ? fmt::format("It is being taken back: `sotctl run resume {}` goes on.", id)
                 : fmt::format(
                       "It is not ended. `sotctl run resume {0}` completes it, "
                       "`sotctl run abort {0}` takes it back.",
                       id);
    case step::RunOutcome::aborted:
      return "Everything was taken back.";
    case step::RunOutcome::failed_unchanged:
      return "Nothing was changed.";
    case step::RunOutcome::done:
      break;
  }
  try {
    operation.engine().undoPlan(run);
  } catch (const core::Error& error) {
    return fmt::format("It can't be undone: {}.", error.what());
  }
  return fmt::format("`sotctl run undo {}` takes it back, as a run of its own.", id);
}

core::Json seconds(core::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

core::Json documentOf(const Told& told) {
  core::Json document = runDocument(told.run);
  document["version"] = told.run.version;
  document["seconds"] =
      told.run.ended ? seconds(*told.run.ended - told.run.started) : core::Json(nullptr);
  document["way_back"] = told.way_back;
  for (const char* list : {"attempts", "steps", "events"}) document[list] = core::Json::array();
  for (const auto& each : told.history.attempts) {
    document["attempts"].push_back({{"mode", each.mode},
                                    {"person", each.person},
                                    {"host", each.host},
                                    {"pid", each.pid},
                                    {"began", core::formatUtc(each.began)},
                                    {"last", core::formatUtc(each.last)}});
  }
  for (const auto& act : told.history.acts) {
    document["steps"].push_back(
        {{"step", act.path},
         {"taking_back", act.abort},
         {"kind", act.kind},
         {"title", titleOf(told, act)},
         {"state", actName(act)},
         {"began", core::formatUtc(act.began)},
         {"seconds", act.ended ? seconds(*act.ended - act.began) : core::Json(nullptr)},
         {"found", act.found},
         {"before", act.before}});
  }
  for (const auto& event : told.history.events) {
    document["events"].push_back({{"time", core::formatUtc(event.time)},
                                  {"type", event.type},
                                  {"person", event.person},
                                  {"text", event.text}});
  }
  return document;
}

int reportRun(Context& context, const RunOptions& options) {
  Told told;
  told.run = storedRun(context, options.id);
  const config::Instance instance = instanceOf(context, told.run);
  Operation operation(context, instance);
  told.history = step::readHistory(operation.store().journal(told.run.plan.id).read());
  const step::Registry registry = allKinds(context.world(), operation.instance());
  addTitles(registry, step::planNodes(registry, told.run.plan.steps), told.titles);
  const bool taken_back = std::any_of(told.history.acts.begin(), told.history.acts.end(),
                                      [](const step::History::Act& act) { return act.abort; });
  if (taken_back) {
    addTitles(registry, step::compensatingNodes(registry, told.run, step::Purpose::abort),
              told.abort_titles);
  }
  told.way_back = wayBack(operation, told.run);
  context.out().result(documentOf(told), markdown(told));
  return 0;
}

}  // namespace

Verb runReport() {
  Verb verb;
  verb.name = "report";
  verb.summary = "tell a run for a ticket or a post-mortem, in Markdown";
  verb.description =
      "What was done, by whom, why and when; each step with its times and what was found; "
      "downtime; "
      "values from before; how it ended, and how to take it back. All of it from the journal: "
      "nothing is looked at again. With -o json the same as data.";
  verb.examples = {"sotctl run report 20261121T030012Z-3f2a",
                   "sotctl run report 20261121T030012Z-3f2a --write text=report.md"};
  verb.exits = {{4, "no such run"}, {11, "the journal is damaged"}};
  return makeVerb<RunOptions>(std::move(verb), bindRun, reportRun);
}

}  // namespace commands
