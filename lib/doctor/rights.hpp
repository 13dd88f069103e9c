#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/check.hpp"
#include "lib/ports/world.hpp"

namespace doctor {

using Argv = std::vector<std::string>;

/// What a verb ("service restart") runs as root on one of the instance's hosts, word for word; of
/// the container engine the program alone. Errors: usage (no verb that changes an instance; nearest
/// ones).
std::vector<Argv> neededRights(const config::Instance& instance, const config::HostSettings& host,
                               const std::string& verb);

/// One file for sudoers.d for each host that uses sudo, in one text: rules for these verbs, nothing
/// more. `login` is the account where a host names none. Errors: as above.
std::string sudoers(const config::Instance& instance, const std::vector<std::string>& verbs,
                    const std::string& login);

/// Asks the hosts, side by side, which of these rights sudo would refuse: one result for each
/// host, fail naming the commands, unknown where it can't be asked. Hosts without sudo fail if
/// their login is not root. Changes nothing.
std::vector<core::CheckResult> checkRights(ports::World& world, const config::Instance& instance,
                                           const std::string& verb);

}  // namespace doctor
