#pragma once

#include "lib/config/instance.hpp"
#include "lib/core/secret.hpp"
#include "lib/ports/world.hpp"

namespace application {

/// The password that a reference points to; empty for From::none. A file holds it on its first and
/// only line, and must be readable by its owner and group alone; a variable is one of the caller's
/// environment; the application's is read from the installation's own configuration.
/// Errors: refused (others may read the file; its mode is named), configuration (empty, several
/// lines, variable not set), not_found, denied, undetermined (the installation does not say it in a
/// way that can be read).
core::Secret resolvePassword(ports::World& world, const config::Instance& instance,
                             const config::PasswordReference& reference);

}  // namespace application
