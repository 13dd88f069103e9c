#pragma once

#include "lib/backup/pin.hpp"
#include "lib/config/instance.hpp"
#include "lib/step/registry.hpp"

namespace backup {

/// Step kind `backup.pinned`: the set has a pin, or has none. Undone by the opposite.
void registerPinned(step::Registry& registry, ports::World& world);

/// `folder` holds the sets. Without a pin the set loses the one that it has.
step::Spec pinnedStep(const std::string& folder, const std::string& set,
                      const std::optional<Pin>& pin);

}  // namespace backup
