#pragma once

#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace commands {

/// The instances that are installed on this host, found without a configuration. What looking
/// could not find out is left at its default; `sotctl init` and `sotctl doctor` name such gaps.
std::vector<config::Instance> discoverInstances(ports::World& world);

}  // namespace commands
