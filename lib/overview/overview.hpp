#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/check.hpp"
#include "lib/core/json.hpp"
#include "lib/ports/world.hpp"

namespace overview {

/// One instance at one glance: each line is a check, so that what could not be seen says what would
/// show it; `facts` are the same things for machines, null where unknown.
struct Overview {
  std::string version;  // "" where unknown
  std::vector<core::CheckResult> lines;
  core::Json facts = core::Json::object();
};

/// Looks at version, database, services, probes, newest backup set, unfinished run and kept
/// databases. Changes nothing; takes seconds at most. `state_folder` is where runs are kept.
Overview look(ports::World& world, const config::Instance& instance,
              const std::string& state_folder);

// Its parts: each adds lines and facts.
void lookAtDatabase(ports::World& world, const config::Instance& instance, Overview& to);
void lookAtServices(ports::World& world, const config::Instance& instance, Overview& to);
void lookAtHold(ports::World& world, const config::Instance& instance,
                const std::string& state_folder, Overview& to);
void lookAtBackups(ports::World& world, const config::Instance& instance, Overview& to);
void lookAtRuns(ports::World& world, const config::Instance& instance,
                const std::string& state_folder, Overview& to);

}  // namespace overview
