#pragma once

#include <string>

#include "lib/permissions/expectation.hpp"

namespace permissions {

/// What a policy's variables mean for this instance on this host, and who runs it.
/// Errors: as Files.
Facts gatherFacts(ports::World& world, const config::Instance& instance);

/// Where a web server's configuration serves the folder by itself ("FILE:LINE"): a line of nginx,
/// Apache or Caddy below /etc that names it. Empty: none does.
std::string servedAt(ports::Files& files, const std::string& folder);

/// The policy that ships for the product, or the one of this name on the search path:
/// /etc/sotctl/policies/NAME.toml before what was compiled in. A name with a slash is a file.
/// Errors: not_found (names that there are), refused (a file that others can change),
/// configuration.
Policy findPolicy(ports::World& world, const std::string& name);

}  // namespace permissions
