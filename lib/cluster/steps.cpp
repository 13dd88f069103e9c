#include "lib/cluster/steps.hpp"

namespace cluster {

void registerSteps(step::Registry& registry, ports::World& world,
                   const config::Instance& instance) {
  const Environment environment{world, instance};
  registerStopped(registry, environment);
  registerReceived(registry, environment);
  registerHeldBack(registry, environment);
  registerFenced(registry, environment);
  registerPromoted(registry, environment);
  registerPrepared(registry, environment);
  registerPointed(registry, environment);
  registerRewound(registry, environment);
  registerCopied(registry, environment);
  registerFollowing(registry, environment);
}

}  // namespace cluster
