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
  std::string away{};                          // why its host can't be reached; empty: it can
};

/// Looks at services, and, for workers, at what they registered: hosts side by side. In the order
/// of `services`. A host that can't be reached makes its services unknown, in words. Reads only;
/// throws only interrupted.
std::vector<Sight> lookAt(ports::World& world, const config::Instance& instance,
                          const std::vector<const config::ServiceSettings*>& services);

/// brief: without what differs from host to host though nothing is wrong, as process and age.
enum class Words { full, brief };

/// What is to be said of it: first the state, then one line per problem, each with its remedy.
std::vector<core::CheckResult> judge(const Sight& sight, core::Time now, Words words = Words::full);

/// The same of many sights, each service of several hosts once: lines that only differ in their
/// host become one, "web1, web2: running; web3: stopped".
std::vector<core::CheckResult> judgeFolded(const std::vector<Sight>& sights, core::Time now);

/// The same for machines; null where unknown.
core::Json toJson(const Sight& sight);

}  // namespace service
