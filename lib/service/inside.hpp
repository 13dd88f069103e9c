#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// A command that runs inside a running container of a compose service, without a terminal.
/// Reads only; whoever changes something sets `mutates`. Errors: unreachable (no container runs),
/// those of Compose::containers().
ports::Command insideContainer(ports::World& world, const config::ServiceSettings& service,
                               const std::vector<std::string>& argv);

/// A command as the service itself would run it, for the shell of its host: in its container, or as
/// its account and in the instance's folder. Errors: as insideContainer().
ports::Command insideOf(ports::World& world, const config::Instance& instance,
                        const config::ServiceSettings& service,
                        const std::vector<std::string>& argv);

}  // namespace service
