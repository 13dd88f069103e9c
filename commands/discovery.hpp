#pragma once

#include <optional>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace commands {

/// The instance that is installed on this host, found without a configuration; nothing if there is
/// none.
std::optional<config::Instance> discoverInstance(ports::World& world);

}  // namespace commands
