#include "commands/context.hpp"
#include "commands/failover/failover.hpp"
#include "commands/failover/shared.hpp"
#include "lib/cluster/json.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct Options {};

void bind(Arguments&, Options&) {}

/// 10 where something must be done, 13 where not everything was seen.
int statusOf(const cluster::Topology& topology) {
  bool unknown = false;
  for (const auto& node : topology.nodes) {
    if (node.role == cluster::Role::stopped) return 10;
    unknown = unknown || node.role == cluster::Role::unknown;
  }
  if (topology.split()) return 10;
  if (unknown) return 13;
  return topology.primary() == nullptr ? 10 : 0;
}

std::string warningOf(const cluster::Topology& topology) {
  if (!topology.split()) return {};
  return "TWO SERVERS OF ONE CLUSTER TAKE WRITES:\n  " +
         core::join(cluster::howTheyDiffer(topology), "\n  ") +
         "\nStop the one whose writes can be given up, before anything else.\n";
}

int run(Context& context, const Options&) {
  const auto& instance = context.instance(Need::look);
  const auto topology = cluster::lookAtTopology(context.world(), instance);
  failover_shared::remember(context, instance, topology);
  context.out().result(cluster::toJson(topology), warningOf(topology) + cluster::draw(topology));
  return statusOf(topology);
}

}  // namespace

Verb failoverStatus() {
  Verb verb;
  verb.name = "status";
  verb.summary = "draw the servers of the database, and which one the application uses";
  verb.description =
      "Looks at every [[node]] of the instance: role, timeline, positions in the log, lag in bytes "
      "and seconds, streams, slots, paused replay. A server that answers nobody is judged by its "
      "control file. Two writable servers of one cluster are shown with how they differ.\n\n"
      "Changes nothing. `sotctl sandbox up --standby` makes a pair to try it on.";
  verb.examples = {"sotctl failover status", "sotctl -i netbox failover status -o json"};
  verb.exits = {{4, "the instance has no [[node]]"},
                {10, "a server is stopped, none is primary, or two are"},
                {13, "nothing is bad, and a server could not be seen"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
