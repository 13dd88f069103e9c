#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/application/settings.hpp"
#include "lib/config/config.hpp"
#include "lib/core/check.hpp"
#include "lib/ports/world.hpp"

namespace discover {

/// One installation that was found on this host.
struct Discovered {
  config::Instance instance;
  config::Origins origins;  // keys as in config::Config
  application::Setting version;
  /// What its configuration says; nothing if it could not be read.
  std::optional<application::Settings> settings;
  /// What could not be determined, each with the right or setting that would show it. The outcome
  /// of each is unknown.
  std::vector<core::CheckResult> gaps;
};

struct Discovery {
  std::vector<Discovered> found;
  /// What kept this from looking somewhere.
  std::vector<core::CheckResult> gaps;
};

/// Looks for NetBox and Nautobot on this host: in `root` alone if it is given, else in the folders
/// of systemd units, of running application servers, where the documents of both products put them,
/// and in the compose projects of the container engine at `engine` (nothing: the usual one, if it
/// is here). Changes nothing; needs no right: what it may not see is a gap. Instances are called as
/// their product, or `name`. Errors: not_found if there is no installation in `root`; usage for a
/// name that can't be one, or if several are found and `name` is given.
Discovery find(ports::World& world, const std::optional<std::string>& root = std::nullopt,
               const std::optional<std::string>& name = std::nullopt,
               const std::optional<std::string>& engine = std::nullopt);

}  // namespace discover
