#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace application {

/// Whether the instance has a Redis that is known.
bool hasRedis(const config::Instance& instance);
/// "Redis on localhost:6379": for messages.
std::string redisInWords(const config::RedisSettings& redis);

/// `redis-cli` pointed at one of the instance's databases, with its password in the environment.
/// Reads only; whoever changes something sets `mutates`. Errors: as resolvePassword().
/// (redis-cli 7 ends with 0 after an error of the server, and with 1 without a connection: its
/// words must be read.)
ports::Command redisCommand(ports::World& world, const config::Instance& instance, int database,
                            const std::vector<std::string>& words);

}  // namespace application
