#include "lib/cluster/environment.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"

namespace cluster {

const config::NodeSettings& Environment::node(const std::string& name) const {
  for (const auto& node : instance.nodes) {
    if (node.name == name) return node;
  }
  throw core::Error(core::Kind::not_found,
                    fmt::format("instance {} has no node {}", instance.name, name),
                    "`sotctl failover status` lists them.");
}

bool waitFor(ports::World& world, core::Duration limit, const std::function<bool()>& ready) {
  const auto begin = world.clock.steady();
  while (!ready()) {
    world.cancellation.check();
    if (world.clock.steady() - begin > limit) return false;
    world.clock.sleep(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace cluster
