#pragma once

#include <string>
#include <vector>

#include "lib/cluster/environment.hpp"

namespace cluster {

/// Adds this area's step kinds. `world` and `instance` must outlive the registry.
///
/// - `node.checkpointed` {node}: what a stop would have to write is written before anything stops.
/// - `node.stopped` {node}: stopped cleanly, sessions ended; its control file says so. Taken back
///   by starting it.
/// - `node.started` {node}: it answers.
/// - `node.received` {from, to}: everything that `from` wrote up to the end of the record of its
///   shutdown checkpoint has been received and replayed by `to`.
/// - `node.promoted` {node, instead_of}: takes writes, checkpointed on its new timeline, and a
///   commit went through. Refused unless `instead_of` is proven stopped. Point of no return.
/// - `node.prepared` {node, slot}: the slot for its new standby is there, and commits wait for
///   nobody who is away.
/// - `application.pointed` {node, stamp, accepted}: the application's configuration names that
/// node,
///   and nothing else of it changed. The file from before stays as FILE.STAMP. A file that somebody
///   else writes is blocked (refusal `managed-file`).
/// - `node.following` {node, upstream}: a standby that streams from `upstream`.
void registerSteps(step::Registry& registry, ports::World& world, const config::Instance& instance);

/// A planned switchover from one node to another. `stamp`: the run's id. `accepted`: a managed
/// configuration of the application is changed all the same.
std::vector<step::Spec> switchoverSteps(const config::Instance& instance, const std::string& from,
                                        const std::string& to, const std::string& stamp,
                                        bool accepted);

// One registration per file of steps.
void registerStopped(step::Registry& registry, const Environment& environment);
void registerReceived(step::Registry& registry, const Environment& environment);
void registerPromoted(step::Registry& registry, const Environment& environment);
void registerPointed(step::Registry& registry, const Environment& environment);
void registerFollowing(step::Registry& registry, const Environment& environment);

/// One factory: a step class made from environment and arguments.
template <typename Kind>
void add(step::Registry& registry, const char* kind, const Environment& environment) {
  registry.add(kind, [environment](const core::Json& arguments) {
    return std::make_unique<Kind>(environment, arguments);
  });
}

}  // namespace cluster
