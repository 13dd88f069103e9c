#pragma once

#include <vector>

#include "lib/cluster/topology.hpp"
#include "lib/core/check.hpp"

namespace cluster {

/// Everything that would stop a switchover or a rewind today, one answer a question. Looks at what
/// was seen of the nodes, and asks their hosts for programs and for the way back
/// (`canFollow`). Ids begin with "failover.".
std::vector<core::CheckResult> readiness(ports::World& world, const config::Instance& instance,
                                         const Topology& topology);

/// The part that needs nothing but the topology. Pure.
std::vector<core::CheckResult> readinessOf(const Topology& topology);

/// Whether `standby`'s host may stream from `upstream` as its replication login: a real connection
/// for replication from there.
core::CheckResult canFollow(ports::World& world, const config::Instance& instance,
                            const config::NodeSettings& follower,
                            const config::NodeSettings& upstream);

}  // namespace cluster
