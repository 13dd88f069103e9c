#pragma once

#include "lib/ports/world.hpp"
#include "lib/step/registry.hpp"

namespace backup {

/// Step kind `backup.pruned`: nothing is left of a set, or of a leftover folder. A point of no
/// return. A set that was pinned since the plan was made stays, and so does every good one if the
/// set that the plan keeps as the newest good one is not good any more.
void registerPruned(step::Registry& registry, ports::World& world);

/// `name` is a set's id or the name of one of Store::unfinished(), in `folder`. `newest` is the id
/// of the newest good set, which stays; empty for what is broken anyway.
step::Spec prunedStep(const std::string& folder, const std::string& name,
                      const std::string& newest);

}  // namespace backup
