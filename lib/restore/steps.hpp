#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/step/registry.hpp"

namespace restore {

/// Registers the kinds of this area: database.loaded, .analyzed, .proven, .dressed, .swapped,
/// .barred (bracket), .discarded, .dropped, cache.cleared, and instance.stopped (bracket).
void registerSteps(step::Registry& registry, ports::World& world, const config::Instance& instance);

/// What a restore is bound to: if the server or the database is another one when the plan is
/// carried out, it is refused.
struct Target {
  std::string database;
  std::int64_t oid = 0;
  std::string system_identifier;
};

/// The steps that put set `set` in the place of the live database.
std::vector<step::Spec> restoreSteps(const config::Instance& instance, const std::string& set,
                                     const std::string& run, const Target& target);

/// The step that drops a kept database for good.
step::Spec dropStep(const std::string& database, std::int64_t oid);

}  // namespace restore
