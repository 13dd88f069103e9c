#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/shell.hpp"
#include "lib/ports/world.hpp"

namespace migrations {

/// Which of two ways an empty database is brought to the code.
enum class Way {
  individual,  // as if there were no squash file whose members are all there
  squashed,    // as Django takes it
};
/// "individual", for machines.
const char* wayName(Way way);

/// Runs one of the installation's own read-only commands (`manage.py ARGUMENTS`), if it is there
/// and safe to run: never as root where somebody else could have written its code. At most 2
/// minutes. Errors: refused (not safe), not_found, timed_out, undetermined (its settings can't be
/// loaded).
ports::Outcome askManage(ports::World& world, const config::Instance& instance,
                         const std::vector<std::string>& arguments);

/// Runs the installation's own `migrate` on another database than its own: the name is exchanged
/// when its settings are loaded, every connection is asked for the name of its database, and one
/// to another database ends the program. Nothing of the installation is written. At most 1 hour.
/// Errors: as askManage.
ports::Outcome migrateScratch(ports::World& world, const config::Instance& instance,
                              const std::string& database, Way way);

}  // namespace migrations
