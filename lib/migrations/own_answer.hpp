#pragma once

#include "lib/config/instance.hpp"
#include "lib/migrations/inventory.hpp"
#include "lib/migrations/showmigrations.hpp"
#include "lib/ports/world.hpp"

namespace migrations {

/// Differences between what showmigrations says and what was concluded: order of the plan, marks,
/// migrations that only one of them has.
OwnAnswer compareShown(const Shown& shown, const Inventory& inventory);

/// Asks the installation's own `manage.py showmigrations --plan`; a failure is a reason, not
/// an error.
OwnAnswer askInstallation(ports::World& world, const config::Instance& instance,
                          const Inventory& inventory);

}  // namespace migrations
