#include "lib/service/steps.hpp"

#include "lib/service/step_downtime.hpp"
#include "lib/service/step_drained.hpp"
#include "lib/service/step_file.hpp"
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
  std::vector<step::Spec> steps{{"instance.idle", {{"accepted", restart.busy_accepted}}}};
  if (!restart.fetch.empty()) {
    steps.push_back({"images.fetched", {{"services", restart.users}, {"command", restart.fetch}}});
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
                    {"limit_ms", milliseconds(restart.limit)},
                    {"settle_ms", milliseconds(restart.settle)}}});
  return steps;
}

step::Spec runningStep(const std::string& service, bool running, core::Duration limit,
                       core::Duration kill_after) {
  return {running ? "service.running" : "service.stopped",
          {{"service", service},
           {"limit_ms", milliseconds(limit)},
           {"kill_after_ms", milliseconds(kill_after)}}};
}

}  // namespace service
