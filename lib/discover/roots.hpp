#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/check.hpp"
#include "lib/ports/world.hpp"
#include "lib/service/unit_list.hpp"

namespace discover {

/// A folder that holds an installation.
struct Root {
  config::Product product = config::Product::netbox;
  std::string path;
  std::string found_by;  // "unit netbox.service", "process 4711", "usual folder"
};

/// The installation that `folder` is the root of, or the program folder of (ROOT/netbox); nothing
/// if there is none.
std::optional<Root> rootAt(ports::Files& files, const std::string& folder,
                           const std::string& found_by);

/// Every installation on this host, each once, units first. `gaps` gets what could not be seen.
std::vector<Root> findRoots(ports::World& world, const std::vector<service::Unit>& units,
                            std::vector<core::CheckResult>& gaps);

}  // namespace discover
