#include "commands/context.hpp"
#include "commands/failover/failover.hpp"
#include "commands/failover/shared.hpp"
#include "lib/checks/report.hpp"
#include "lib/cluster/json.hpp"
#include "lib/cluster/readiness.hpp"

namespace commands {
namespace {

struct Options {};

void bind(Arguments&, Options&) {}

int run(Context& context, const Options&) {
  const auto& instance = context.instance(Need::look);
  const auto topology = cluster::lookAtTopology(context.world(), instance);
  failover_shared::remember(context, instance, topology);
  const auto results = cluster::readiness(context.world(), instance, topology);
  core::Json document = cluster::toJson(topology);
  document["checks"] = checks::toJson(results);
  document["outcome"] = core::outcomeName(checks::worst(results));
  context.out().result(document, cluster::draw(topology) + "\n" +
                                     checks::text(results, context.out().settings().color) + "\n" +
                                     checks::summary(results) + "\n");
  return checks::exitStatus(results);
}

}  // namespace

Verb failoverCheck() {
  Verb verb;
  verb.name = "check";
  verb.summary = "list everything that would stop a switchover or a rewind today";
  verb.description =
      "Asks what a switchover will need, weeks before it is needed: streams and their lag, paused "
      "or delayed replay, one cluster and one primary, limits that a standby must not have lower, "
      "wal_log_hints or checksums for pg_rewind, slots, archiving, synchronous names, collation "
      "versions, prepared transactions, programs and services on each host, and whether each "
      "server may log in at the other one for replication.\n\nChanges nothing.";
  verb.examples = {"sotctl failover check", "sotctl failover check -o json"};
  verb.exits = {{4, "the instance has no [[node]]"},
                {10, "something would stop a switchover, or the way back"},
                {13, "nothing is bad, and something could not be determined"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
