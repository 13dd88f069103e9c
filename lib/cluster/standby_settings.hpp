#pragma once

#include <string>

#include "lib/cluster/server.hpp"

namespace cluster {

/// What a stopped server needs in its data folder `folder` to come up as a standby of `upstream`:
/// standby.signal, and in postgresql.auto.conf, which wins over files that somebody else may keep,
/// from where it streams. The password lies in a file of its own that only the server's account may
/// read.
void writeStandbySettings(const Environment& environment, const Server& server,
                          const std::string& folder, const config::NodeSettings& node,
                          const config::NodeSettings& upstream);

}  // namespace cluster
