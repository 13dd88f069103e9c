#include <fmt/format.h>

#include <algorithm>

#include "commands/operation.hpp"
#include "commands/service/service.hpp"
#include "commands/service/shared.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"
#include "lib/service/steps.hpp"

namespace commands {
namespace {

struct ServiceStateOptions {
  std::vector<std::string> names;
  std::optional<core::Duration> limit;
  std::optional<core::Duration> kill_after;
  std::string restart_policy;
};

void bindStart(Arguments& arguments, ServiceStateOptions& options) {
  arguments.positional("NAME", options.names, "services to start; none: all of them");
  arguments.option("--limit", "DURATION", options.limit, "for each start (60s)");
  arguments.choice("--restart-policy", {"always", "unless-stopped", "on-failure", "no"},
                   options.restart_policy,
                   "of the containers of compose services: whether they come back after a reboot");
}

void bindStop(Arguments& arguments, ServiceStateOptions& options) {
  arguments.positional("NAME", options.names, "services to stop; none: all of them");
  arguments.option("--limit", "DURATION", options.limit, "for each stop (60s)");
  arguments.option("--kill-after", "DURATION", options.kill_after,
                   "end by force what has not stopped by then");
}

Report reportOf(Context& context, const config::Instance& instance,
                const std::vector<const config::ServiceSettings*>& services) {
  service::Services looker(context.world(), instance);
  Report report;
  report.document["services"] = core::Json::array();
  for (const auto* each : services) {
    const auto state = looker.observe(*each);
    report.text +=
        fmt::format("{}: {}, {}\n", each->name, service::runningName(state.running), state.words);
    report.document["services"].push_back({{"name", each->name},
                                           {"state", service::runningName(state.running)},
                                           {"identity", state.identity}});
  }
  return report;
}

/// Dependencies first, as a start needs them.
void sortForStart(std::vector<const config::ServiceSettings*>& services) {
  std::stable_partition(services.begin(), services.end(), [](const auto* each) {
    return each->role == config::ServiceRole::database || each->role == config::ServiceRole::redis;
  });
}

int bring(Context& context, const ServiceStateOptions& options, bool running) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::host);
  auto services = service_shared::chosen(context.world(), instance, options.names);
  sortForStart(services);
  std::vector<std::string> names;
  for (const auto* each : services) names.push_back(each->name);
  if (running) service_shared::refuseHeld(context, instance, names);
  if (!running) std::reverse(services.begin(), services.end());
  Execution execution;
  execution.plan.id = operation.store().newId();
  execution.plan.verb = running ? "service start" : "service stop";
  execution.plan.instance = instance.name;
  execution.plan.facts = {{"locks", "host"}};
  execution.plan.title = fmt::format("{} {}", running ? "start" : "stop", core::join(names, ", "));
  for (const auto* each : services) {
    execution.plan.steps.push_back(
        service::runningStep(each->name, running, options.limit.value_or(service::kStopLimit),
                             options.kill_after.value_or(core::Duration::zero())));
  }
  for (const auto* each : services) {
    if (options.restart_policy.empty() || each->manager != config::ServiceManager::compose)
      continue;
    execution.plan.steps.push_back(
        {"restart-policy.set", {{"service", each->name}, {"policy", options.restart_policy}}});
  }
  execution.asks = running ? Asks::nothing : Asks::yes;
  execution.report = [&](const step::Run&) { return reportOf(context, instance, services); };
  return execute(context, operation, execution);
}

int start(Context& context, const ServiceStateOptions& options) {
  return bring(context, options, true);
}

int stop(Context& context, const ServiceStateOptions& options) {
  return bring(context, options, false);
}

std::vector<ExitLine> exits(const char* done) {
  return {{0, done},
          {4, "no such service or instance"},
          {5, "declined, held, or a unit is masked; nothing was changed"},
          {6, "another run is at work or unfinished"},
          {8, "the right to do it is missing"},
          {12, "some services have the state and others have not; resume or abort the run"},
          {13, "the state of a service can't be seen"}};
}

}  // namespace

Verb serviceStart() {
  Verb verb;
  verb.name = "start";
  verb.summary = "start services, and see that they run";
  verb.description =
      "Starts what does not run, PostgreSQL and Redis first, then in the configured order. A start "
      "limit that was hit is cleared, and systemd reads changed unit files. What runs already is "
      "left alone. `sotctl run undo` stops again what this started.";
  verb.examples = {"sotctl service start", "sotctl service start netbox-rq",
                   "sotctl service start --restart-policy unless-stopped"};
  verb.exits = exits("all of them run, or did already");
  return makeVerb<ServiceStateOptions>(std::move(verb), bindStart, start);
}

Verb serviceStop() {
  Verb verb;
  verb.name = "stop";
  verb.summary = "stop services, and see that nothing of them runs";
  verb.description =
      "Stops in reverse order, and looks until no process is left. Nothing is ended by force "
      "unless "
      "--kill-after says so, or a person at the terminal does. `sotctl run undo` starts again what "
      "this stopped.";
  verb.examples = {"sotctl service stop netbox-rq", "sotctl service stop --kill-after 90s --yes"};
  verb.exits = exits("all of them are stopped, or were already");
  return makeVerb<ServiceStateOptions>(std::move(verb), bindStop, stop);
}

}  // namespace commands
