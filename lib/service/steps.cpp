#include "lib/service/steps.hpp"

#include "lib/service/step_agent.hpp"
#include "lib/service/step_downtime.hpp"
#include "lib/service/step_drained.hpp"
#include "lib/service/step_file.hpp"
#include "lib/service/step_frontend.hpp"
#include "lib/service/step_held.hpp"
#include "lib/service/step_idle.hpp"
#include "lib/service/step_images.hpp"
#include "lib/service/step_proven.hpp"
#include "lib/service/step_restarted.hpp"
#include "lib/service/step_running.hpp"
#include "lib/service/step_stopped.hpp"

namespace service {
namespace {

template <typename Kind>
void add(step::Registry& registry, const char* kind, const Environment& environment) {
  registry.add(kind, [environment](const core::Json& arguments) {
    return std::make_unique<Kind>(environment, arguments);
  });
}

}  // namespace

void registerSteps(step::Registry& registry, ports::World& world,
                   const config::Instance& instance) {
  const Environment environment{world, instance};
  for (const bool running : {true, false}) {
    registry.add(running ? "service.running" : "service.stopped",
                 [environment, running](const core::Json& arguments) {
                   return std::make_unique<ServiceRunning>(environment, running, arguments);
                 });
  }
  add<Idle>(registry, "instance.idle", environment);
  add<FrontendSpare>(registry, "frontend.spare", environment);
  add<CodeFits>(registry, "code.fits", environment);
  add<Drained>(registry, "jobs.drained", environment);
  add<ServicesStopped>(registry, "services.stopped", environment);
  add<ServicesReady>(registry, "services.ready", environment);
  add<ServiceRestarted>(registry, "service.restarted", environment);
  add<ServicesProven>(registry, "services.proven", environment);
  add<FileReplaced>(registry, "file.replaced", environment);
  add<ImagesFetched>(registry, "images.fetched", environment);
  add<ImagesNoted>(registry, "images.noted", environment);
  add<ImagesNamed>(registry, "images.named", environment);
  add<RestartPolicy>(registry, "restart-policy.set", environment);
  add<FileAwaited>(registry, "file.awaited", environment);
  add<AgentDisabled>(registry, "agent.disabled", environment);
  add<MonitoringDowntime>(registry, "monitoring.downtime", environment);
  add<Held>(registry, "instance.held", environment);
  add<Released>(registry, "instance.released", environment);
}

std::vector<step::Spec> restartSteps(const Restart& restart) {
  const core::Json limits{{"limit_ms", milliseconds(restart.limit)},
                          {"kill_after_ms", milliseconds(restart.kill_after)}};
  std::vector<step::Spec> dependencies;
  for (const auto& name : restart.dependencies) {
    core::Json arguments{{"service", name}};
    arguments.update(limits);
    dependencies.push_back({"service.restarted", std::move(arguments)});
  }
  std::vector<step::Spec> steps;
  if (restart.looks_idle) {
    steps.push_back({"instance.idle", {{"accepted", restart.busy_accepted}}});
  }
  for (const auto& host : restart.code_hosts) {
    steps.push_back({"code.fits", {{"host", host}, {"accepted", restart.code_accepted}}});
  }
  if (!restart.frontend.empty()) steps.push_back({"frontend.spare", {{"host", restart.frontend}}});
  if (!restart.fetch.empty()) {
    steps.push_back(
        {"images.fetched",
         {{"services", restart.users}, {"command", restart.fetch}, {"run", restart.run}}});
  }
  if (restart.drain > core::Duration::zero()) {
    steps.push_back(
        {"jobs.drained", {{"limit_ms", milliseconds(restart.drain)}, {"run", restart.run}}});
  }
  if (restart.users.empty()) {
    steps.insert(steps.end(), dependencies.begin(), dependencies.end());
  } else {
    core::Json arguments{{"services", restart.users}, {"run", restart.run}};
    const step::Spec ready{"services.ready", arguments};
    arguments.update(limits);
    arguments["part"] = restart.frontend;
    if (restart.remake) {
      arguments["remake"] = true;
      dependencies.push_back({"images.noted", {{"services", restart.users}}});
    }
    dependencies.insert(dependencies.end(), restart.files.begin(), restart.files.end());
    if (restart.clear_cache) dependencies.push_back({"cache.cleared", core::Json::object()});
    dependencies.push_back(ready);
    steps.push_back({"services.stopped", std::move(arguments), std::move(dependencies)});
  }
  std::vector<std::string> all = restart.dependencies;
  all.insert(all.end(), restart.users.begin(), restart.users.end());
  steps.push_back({"services.proven",
                   {{"services", all},
                    {"before", toJson(restart.before)},
                    {"part", restart.frontend},
                    {"limit_ms", milliseconds(restart.limit)},
                    {"settle_ms", milliseconds(restart.settle)}}});
  return steps;
}

std::vector<step::Spec> quietly(const config::Instance& instance, const std::string& comment,
                                const std::string& run, std::vector<step::Spec> steps) {
  for (const auto& downtime : instance.downtimes) {
    step::Spec bracket{"monitoring.downtime", downtimeArguments(downtime, comment, run),
                       std::move(steps)};
    steps.assign(1, std::move(bracket));
  }
  return steps;
}

std::vector<step::Spec> withoutAgent(const std::vector<std::string>& hosts, core::Duration length,
                                     const std::string& reason, const std::string& run,
                                     std::vector<step::Spec> steps) {
  for (const auto& host : hosts) {
    core::Json arguments{{"host", host},
                         {"seconds", std::chrono::ceil<std::chrono::seconds>(length).count()},
                         {"reason", reason},
                         {"run", run}};
    step::Spec bracket{"agent.disabled", std::move(arguments), std::move(steps)};
    steps.assign(1, std::move(bracket));
  }
  return steps;
}

step::Spec runningStep(const std::vector<std::string>& services, bool running, core::Duration limit,
                       core::Duration kill_after, const hosts::Limits& limits) {
  return {running ? "service.running" : "service.stopped",
          {{"services", services},
           {"limit_ms", milliseconds(limit)},
           {"kill_after_ms", milliseconds(kill_after)},
           {"at_once", limits.at_once},
           {"batch", limits.batch},
           {"failures", limits.failures}}};
}

}  // namespace service
