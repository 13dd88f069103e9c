#include "commands/kinds.hpp"

#include "lib/backup/steps.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/frontends/steps.hpp"
#include "lib/migrations/steps.hpp"
#include "lib/permissions/repaired.hpp"
#include "lib/restore/steps.hpp"
#include "lib/service/steps.hpp"

namespace commands {

step::Registry allKinds(ports::World& world, const config::Instance& instance) {
  step::Registry registry;
  backup::registerSteps(registry, world, instance);
  restore::registerSteps(registry, world, instance);
  service::registerSteps(registry, world, instance);
  migrations::registerSteps(registry, world, instance);
  permissions::registerSteps(registry, world, instance);
  cluster::registerSteps(registry, world, instance);
  frontends::registerSteps(registry, world, instance);
  return registry;
}

}  // namespace commands
