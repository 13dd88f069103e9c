#pragma once

#include <string>

#include "lib/checks/kinds.hpp"
#include "lib/config/outside.hpp"
#include "lib/ports/world.hpp"

namespace snapshot {

/// Registers kind `snapshot`: what differs since a stored snapshot. `world` and `instance` must
/// outlive the registry; `state` is the folder of snapshots.
void registerKinds(checks::Kinds& kinds, ports::World& world, const config::Instance& instance,
                   const config::Outside& outside, const std::string& state);

}  // namespace snapshot
