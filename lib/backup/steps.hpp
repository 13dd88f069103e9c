#pragma once

#include <string>
#include <vector>

#include "lib/backup/write.hpp"
#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/step/registry.hpp"

namespace backup {

/// Step kinds, all with a Request's arguments:
/// `backup.written`: the set is whole in its staging folder (or already in its final one);
/// `backup.published`: it lies under its name, and is listed;
/// `backup.removed`: neither folder is there (how an aborted run takes the others back).
/// Bracket `instance.quiet`: application and workers rest while the set's moment is taken.
/// Also `backup.pinned` (pinned.hpp) and `backup.pruned` (pruned.hpp).
/// `world` and `instance` must outlive the registry.
void registerSteps(step::Registry& registry, ports::World& world, const config::Instance& instance);

/// What makes a new set. `quiesced_by`: the run for which the instance is at rest meanwhile, after
/// its running jobs have ended; empty: it goes on working.
std::vector<step::Spec> createSteps(const Request& request, const std::string& quiesced_by = {});

}  // namespace backup
