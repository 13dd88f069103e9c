#pragma once

#include "lib/config/instance.hpp"
#include "lib/migrations/inventory.hpp"
#include "lib/migrations/showmigrations.hpp"
#include "lib/ports/shell.hpp"
#include "lib/ports/world.hpp"

namespace migrations {

/// Differences between what showmigrations says and what was concluded: order of the plan, marks,
/// migrations that only one of them has.
OwnAnswer compareShown(const Shown& shown, const Inventory& inventory);

/// Runs one of the installation's own read-only commands (`manage.py ARGUMENTS`), if it is there
/// and safe to run: never as root where somebody else could have written its code. At most 2
/// minutes. Errors: refused (not safe), not_found, timed_out, undetermined (its settings can't be
/// loaded).
ports::Outcome askManage(ports::World& world, const config::Instance& instance,
                         const std::vector<std::string>& arguments);

/// Asks the installation's own `manage.py showmigrations --plan`; a failure is a reason, not
/// an error.
OwnAnswer askInstallation(ports::World& world, const config::Instance& instance,
                          const Inventory& inventory);

}  // namespace migrations
