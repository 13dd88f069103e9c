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
/// - `node.down` {node}: no process of it runs, however it ended.
/// - `node.received` {from, to}: everything that `from` wrote up to the end of the record of its
///   shutdown checkpoint has been received and replayed by `to`.
/// - `node.held_back` {node}: stopped, and a standby for whoever starts it. Taken back by
///   `node.let_lead`.
/// - `node.fenced` {node, other, attested}: given up, and proven, or attested by a person, that it
///   can take no writes. Taken back by `node.unfenced`, which starts nothing.
/// - `node.promoted` {node, instead_of, lost, attested}: takes writes, and a write went through.
///   Refused unless `instead_of` is proven stopped and held back, or fenced. Point of no return.
/// - `node.prepared` {node, slots, commits}: the slots for its standbys are there, and (`commits`)
///   commits wait for nobody who is away.
/// - `node.synchronous` {node, names}: commits wait again for a standby that streams.
/// - `application.pointed` {host, node, stamp, accepted, elsewhere}: the application's
/// configuration
///   on a host names that node, and nothing else of it changed. The file from before stays as
///   FILE.STAMP. A file that somebody else writes is blocked (refusal `managed-file`), one that
///   names none of the nodes, too (`application-elsewhere`).
/// - `node.rewound` {node, upstream, stamp}: pg_rewind took away what `upstream` does not have.
/// - `node.copied` {node, upstream, stamp}: a base backup took the place of its data folder.
/// - `node.following` {node, upstream}: a standby that streams from `upstream`.
void registerSteps(step::Registry& registry, ports::World& world, const config::Instance& instance);

// One registration per file of steps.
void registerStopped(step::Registry& registry, const Environment& environment);
void registerReceived(step::Registry& registry, const Environment& environment);
void registerHeldBack(step::Registry& registry, const Environment& environment);
void registerFenced(step::Registry& registry, const Environment& environment);
void registerPromoted(step::Registry& registry, const Environment& environment);
void registerPrepared(step::Registry& registry, const Environment& environment);
void registerPointed(step::Registry& registry, const Environment& environment);
void registerRewound(step::Registry& registry, const Environment& environment);
void registerCopied(step::Registry& registry, const Environment& environment);
void registerFollowing(step::Registry& registry, const Environment& environment);

/// One factory: a step class made from environment and arguments.
template <typename Kind>
void add(step::Registry& registry, const char* kind, const Environment& environment) {
  registry.add(kind, [environment](const core::Json& arguments) {
    return std::make_unique<Kind>(environment, arguments);
  });
}

}  // namespace cluster
