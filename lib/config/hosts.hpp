#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace config {

// The words of a configuration.
const char* transportName(ports::HostAddress::Transport transport);
const char* sudoName(ports::HostAddress::Sudo sudo);
const char* remoteName(ports::HostAddress::Remote remote);

/// Errors: not_found (nearest names, or that the instance has no other host than this one).
const HostSettings& hostNamed(const Instance& instance, const std::string& name);

/// Those that are at home in a role, in the order of the file.
std::vector<const HostSettings*> hostsFor(const Instance& instance, HostRole role);

/// The world of one of the instance's hosts, by name; "" is this one. Steps and services hold a
/// host's name as plain data and ask here for its shell and files. Errors: not_found, as above;
/// refused (an ssh_config that somebody else could write).
ports::World& worldOf(ports::World& home, const Instance& instance, const std::string& host);
/// The world of the host that a service is on. Errors: as above.
ports::World& worldOf(ports::World& home, const Instance& instance, const ServiceSettings& service);

}  // namespace config
