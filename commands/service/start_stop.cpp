#include <fmt/format.h>

#include <algorithm>

#include "commands/operation.hpp"
#include "commands/service/service.hpp"
#include "commands/service/shared.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"
#include "lib/service/steps.hpp"

namespace commands {
namespace {

using service_shared::Chosen;

struct ServiceStateOptions {
  std::vector<std::string> names;
  std::optional<core::Duration> limit;
  std::optional<core::Duration> kill_after;
  std::string restart_policy;
  int at_once = 32;
  int batch = 0;
  int failures = 0;
};

void bindHosts(Arguments& arguments, ServiceStateOptions& options) {
  arguments.option("--at-once", "N", options.at_once, "hosts that are worked on side by side (32)");
  arguments.option("--batch", "N", options.batch,
                   "hosts of one batch: the next begins when all of it are done (all)");
  arguments.option("--failures", "N", options.failures,
                   "no other host is begun once so many failed (all are tried)");
}

void bindStart(Arguments& arguments, ServiceStateOptions& options) {
  arguments.positional("NAME", options.names, "services to start; none: all of them");
  arguments.option("--limit", "DURATION", options.limit, "for each start (60s)");
  arguments.choice("--restart-policy", {"always", "unless-stopped", "on-failure", "no"},
                   options.restart_policy,
                   "of the containers of compose services: whether they come back after a reboot");
  bindHosts(arguments, options);
}

void bindStop(Arguments& arguments, ServiceStateOptions& options) {
  arguments.positional("NAME", options.names, "services to stop; none: all of them");
  arguments.option("--limit", "DURATION", options.limit, "for each stop (60s)");
  arguments.option("--kill-after", "DURATION", options.kill_after,
                   "end by force what has not stopped by then");
  bindHosts(arguments, options);
}

/// Errors: usage.
hosts::Limits limitsOf(const ServiceStateOptions& options) {
  if (options.at_once < 1 || options.batch < 0 || options.failures < 0) {
    throw core::Error(core::Kind::usage,
                      "--at-once is at least 1, --batch and --failures are at least 0");
  }
  return {static_cast<std::size_t>(options.at_once), static_cast<std::size_t>(options.batch),
          static_cast<std::size_t>(options.failures)};
}

Report reportOf(Context& context, const config::Instance& instance, const Chosen& services) {
  const auto states = service::Services(context.world(), instance).observeAll(services);
  Report report;
  report.document["services"] = core::Json::array();
  for (std::size_t at = 0; at < services.size(); ++at) {
    const std::string& name = services[at]->name;
    report.text += fmt::format("{}: {}, {}\n", name, service::runningName(states[at].running),
                               states[at].words);
    report.document["services"].push_back({{"name", name},
                                           {"state", service::runningName(states[at].running)},
                                           {"identity", states[at].identity}});
  }
  return report;
}

/// Dependencies first, as a start needs them.
void sortForStart(Chosen& services) {
  std::stable_partition(services.begin(), services.end(), [](const auto* each) {
    return each->role == config::ServiceRole::database || each->role == config::ServiceRole::redis;
  });
}

int bring(Context& context, const ServiceStateOptions& options, bool running) {
  const hosts::Limits limits = limitsOf(options);
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::hosts);
  auto services = service_shared::chosen(context.world(), instance, options.names);
  service_shared::leaveMissing(context, services);
  sortForStart(services);
  const std::vector<std::string> names = service_shared::namesOf(services);
  if (running) service_shared::refuseHeld(context, instance, names);
  if (!running) std::reverse(services.begin(), services.end());
  Execution execution;
  execution.plan.id = operation.store().newId();
  execution.plan.verb = running ? "service start" : "service stop";
  execution.plan.instance = instance.name;
  execution.plan.facts = {{"locks", "hosts"}};
  execution.plan.title = fmt::format("{} {}", running ? "start" : "stop", core::join(names, ", "));
  for (const auto& group : service::Services::together(services)) {
    execution.plan.steps.push_back(service::runningStep(
        service_shared::namesOf(group), running, options.limit.value_or(service::kStopLimit),
        options.kill_after.value_or(core::Duration::zero()), limits));
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
