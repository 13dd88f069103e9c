#pragma once

#include "lib/cluster/topology.hpp"
#include "lib/core/json.hpp"

namespace cluster {

/// {"name", "host", "role", "state", "system", "timeline", "version", LSNs, lag, …}:
/// docs/output.md.
core::Json toJson(const Topology& topology, const Node& node);
/// {"nodes": […], "primary", "split", "application": {…}}.
core::Json toJson(const Topology& topology);

}  // namespace cluster
