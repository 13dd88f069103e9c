#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/check.hpp"
#include "lib/core/json.hpp"
#include "lib/service/details.hpp"
#include "lib/service/release.hpp"
#include "lib/service/services.hpp"
#include "lib/service/workers.hpp"

namespace service {

/// One service with everything that was looked up about it.
struct Sight {
  config::ServiceSettings service;
  Details details;
  std::string old_code{};                      // why its code is an old one; empty: it is not
  std::optional<Registration> registration{};  // of a worker
  bool held = false;                           // stopped by a hold
};

/// Looks at one service, and, for a worker, at what it registered. Reads only; throws only
/// interrupted.
Sight lookAt(ports::World& world, const config::Instance& instance, Services& services,
             const Release& release, const config::ServiceSettings& service);

/// What is to be said of it: first the state, then one line per problem, each with its remedy.
std::vector<core::CheckResult> judge(const Sight& sight, core::Time now);

/// The same for machines; null where unknown.
core::Json toJson(const Sight& sight);

}  // namespace service
