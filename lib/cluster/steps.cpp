#include "lib/cluster/steps.hpp"

namespace cluster {

void registerSteps(step::Registry& registry, ports::World& world,
                   const config::Instance& instance) {
  const Environment environment{world, instance};
  registerStopped(registry, environment);
  registerReceived(registry, environment);
  registerPromoted(registry, environment);
  registerPointed(registry, environment);
  registerFollowing(registry, environment);
}

std::vector<step::Spec> switchoverSteps(const config::Instance& instance, const std::string& from,
                                        const std::string& to, const std::string& stamp,
                                        bool accepted) {
  std::string slot;
  for (const auto& node : instance.nodes) {
    if (node.name == from) slot = node.slot;
  }
  std::vector<step::Spec> inner{{"node.stopped", {{"node", from}}},
                                {"node.received", {{"from", from}, {"to", to}}},
                                {"node.promoted", {{"node", to}, {"instead_of", from}}},
                                {"node.prepared", {{"node", to}, {"slot", slot}}}};
  if (!instance.settings.empty()) {
    inner.push_back(
        {"application.pointed", {{"node", to}, {"stamp", stamp}, {"accepted", accepted}}});
  }
  return {{"node.checkpointed", {{"node", from}}},
          {"instance.stopped", core::Json::object(), std::move(inner)},
          {"node.following", {{"node", from}, {"upstream", to}}}};
}

}  // namespace cluster
