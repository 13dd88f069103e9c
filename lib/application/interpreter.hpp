#pragma once

#include <string>
#include <vector>

#include "lib/application/installation.hpp"
#include "lib/application/python/value.hpp"

namespace application {

/// What the installation's own Python said.
struct Answer {
  python::Names names;
  /// Variables that the configuration asked for and that were not set.
  std::vector<std::string> missing_variables;
  std::string account;  // as whom it ran
};

/// Runs the installation's own Python to import its configuration, and takes the settings that this
/// program needs; of secrets only whether they are there, and the SHA-256 of the key. It runs code
/// of the installation: as the owner of the configuration or its service's account, never as root
/// if anybody else could have written it, and never where somebody else than root and that account
/// could have. Changes nothing (no byte code is written). At most 20 seconds.
/// Errors: refused (not safe, with the reason), not_found, denied, timed_out, undetermined (it
/// failed, with its last words).
Answer askInterpreter(ports::World& world, const Installation& installation);

/// The same for one password: "database", "redis.tasks", "redis.caching".
core::Secret askForPassword(ports::World& world, const Installation& installation,
                            const std::string& which);

}  // namespace application
