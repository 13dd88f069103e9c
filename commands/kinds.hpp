#pragma once

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/step/registry.hpp"

namespace commands {

/// All step kinds that this program can carry out on one instance. The only list: a new area with
/// steps adds its registerSteps() here. `world` and `instance` must outlive the registry.
step::Registry allKinds(ports::World& world, const config::Instance& instance);

}  // namespace commands
