#pragma once

#include <string>

#include "lib/ports/world.hpp"
#include "lib/sandbox/state.hpp"

namespace sandbox {

inline constexpr const char* kPython = "/usr/bin/python3";
inline constexpr const char* kGunicorn = "/usr/bin/gunicorn";
inline constexpr const char* kRedis = "/usr/bin/redis-server";

/// Folder of the newest PostgreSQL server's programs. Errors: not_found with the package to
/// install.
std::string newestServer(ports::Files& files);
/// Refuses early, with all that is missing in one message. Errors: not_found.
void requirePrograms(ports::World& world, const std::string& tools);
/// The account that servers run as: ours, or for root `postgres` where it exists, else `nobody`.
std::string serverAccount(ports::World& world);
/// Ports on 127.0.0.1 that nobody listens on: those of `wanted` that are free, others else.
PortNumbers freePorts(ports::World& world, const PortNumbers& wanted);

}  // namespace sandbox
