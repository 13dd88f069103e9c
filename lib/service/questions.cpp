#include "lib/service/questions.hpp"

namespace service {

void registerQuestions(checks::Kinds& kinds, ports::World& world,
                       const config::Instance& instance) {
  addHttp(kinds, world);
  addStores(kinds, world, instance);
  addWorkers(kinds, world, instance);
  addProcesses(kinds, world, instance);
}

std::vector<core::CheckResult> askConfigured(ports::World& world,
                                             const config::Instance& instance) {
  if (instance.checks.empty()) return {};
  checks::Kinds kinds;
  registerQuestions(kinds, world, instance);
  std::vector<core::CheckResult> results;
  for (const auto& each : instance.checks) {
    results.push_back(kinds.ask("check." + each.name, each.kind, core::Json(each.arguments)));
  }
  return results;
}

}  // namespace service
