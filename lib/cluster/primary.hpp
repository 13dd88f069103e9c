#pragma once

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace cluster {

/// Where an instance has several servers: its logins go to the one that is the primary at this
/// moment. Left as configured where none is seen, or more than one. Nodes are asked in their order,
/// and nothing is changed but `instance`.
void pointAtPrimary(ports::World& world, config::Instance& instance);

}  // namespace cluster
