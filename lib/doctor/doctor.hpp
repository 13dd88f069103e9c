#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/check.hpp"
#include "lib/ports/world.hpp"

namespace doctor {

using Results = std::vector<core::CheckResult>;

/// Whether runs can be kept below the state folder. Changes nothing.
Results checkHost(ports::World& world, const std::string& state_folder);

/// Whether everything that backup and restore of an instance need is there and allowed. Changes
/// nothing; each result that is not well names the right or setting that it needs.
Results checkInstance(ports::World& world, const config::Instance& instance);

// Its parts.
Results checkApplication(ports::World& world, const config::Instance& instance);
Results checkDatabase(ports::World& world, const config::Instance& instance);
Results checkRedis(ports::World& world, const config::Instance& instance);
Results checkServices(ports::World& world, const config::Instance& instance);
/// Each other host of the instance: whether it can be reached, logged in to, and its files served.
Results checkHosts(ports::World& world, const config::Instance& instance);
Results checkBackup(ports::World& world, const config::Instance& instance);

/// PING to the Redis of the tasks queue, through redis-cli.
core::CheckResult pingRedis(ports::World& world, const config::Instance& instance);

}  // namespace doctor
