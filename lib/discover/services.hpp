#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/service/unit_list.hpp"

namespace discover {

/// The units that belong to an installation: their working folder is in `root`, or their command
/// names a path in it. Units that run once and end are left out (housekeeping). In start order.
std::vector<service::Unit> unitsOf(const std::vector<service::Unit>& units,
                                   const std::string& root);

/// What a unit does, by its command and name.
config::ServiceRole roleOf(const service::Unit& unit);

config::ServiceSettings serviceOf(const service::Unit& unit);

}  // namespace discover
