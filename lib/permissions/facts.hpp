#pragma once

#include <string>

#include "lib/permissions/expectation.hpp"
#include "lib/permissions/place.hpp"

namespace permissions {

/// What a policy's variables mean for this instance at a place, and who runs it there. In a
/// container, paths that the configuration leaves out are those of the usual images.
/// Errors: as Files.
Facts gatherFacts(Site& site, const config::Instance& instance, const Place& place);

/// Where a web server's configuration serves the folder by itself ("FILE:LINE"): a line of nginx,
/// Apache or Caddy below /etc that names it. Empty: none does.
std::string servedAt(ports::Files& files, const std::string& folder);

/// The policy that ships for the product, or the one of this name on the search path:
/// /etc/sotctl/policies/NAME.toml before what was compiled in. A name with a slash is a file.
/// Errors: not_found (names that there are), refused (a file that others can change),
/// configuration.
Policy findPolicy(ports::World& world, const std::string& name);

}  // namespace permissions
