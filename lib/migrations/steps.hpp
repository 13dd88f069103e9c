#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/migrations/manage.hpp"
#include "lib/schema/schema.hpp"
#include "lib/step/registry.hpp"

namespace migrations {

/// Step kinds:
/// bracket `migrations.scratch` {database, run}: an empty scratch database of the application's
/// role is there; closing drops it. A database of that name that no run made is never touched.
/// `migrations.tried` {database, run, way, folder}: `migrate` was run on it, and what it said and
/// the schema that came out lie in the run's folder.
/// `world` and `instance` must outlive the registry.
void registerSteps(step::Registry& registry, ports::World& world, const config::Instance& instance);

/// Both ways, each on a scratch database of its own. `folder`: the run's.
std::vector<step::Spec> scratchSteps(const std::string& run, const std::string& folder);

/// What became of one way.
struct Tried {
  std::string output;                    // of migrate
  std::string error;                     // "exit status 1: …"; empty if it went well
  std::optional<schema::Schema> schema;  // that came out; nothing if it did not go well
};
/// Errors: not_found, corrupt.
Tried readTried(ports::Files& files, const std::string& folder, Way way);

}  // namespace migrations
