#pragma once

#include <map>
#include <optional>
#include <string>

#include "lib/config/instance.hpp"
#include "lib/core/secret.hpp"
#include "lib/ports/world.hpp"

namespace application {

/// Where an installation lies and as whom it runs: what is needed to read it.
struct Installation {
  config::Product product = config::Product::netbox;
  std::string root;
  std::string settings;
  std::string interpreter;
  /// Account of its services; empty: not known.
  std::string account{};
  /// Environment of its running service, where it could be read. Without it, a setting that asks
  /// the environment is not known.
  std::optional<std::map<std::string, core::Secret>> environment{};
};

/// The paths that the instance names.
Installation installationOf(const config::Instance& instance);

/// One thing that was looked for: its value, or why there is none.
struct Setting {
  std::optional<std::string> value;
  std::string why;  // "HOST depends on the environment (DB_HOST)"
  static Setting of(std::string value) { return {std::move(value), {}}; }
  static Setting missing(std::string why) { return {std::nullopt, std::move(why)}; }
};

/// The version of the product, as its files say it: release.yaml, the VERSION of settings.py, or
/// the installed package of Nautobot. Reads only.
Setting installedVersion(ports::Files& files, const Installation& installation);
inline Setting installedVersion(ports::World& world, const Installation& installation) {
  return installedVersion(world.files, installation);
}

}  // namespace application
