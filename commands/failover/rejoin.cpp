#include "commands/failover/failover.hpp"
#include "commands/failover/shared.hpp"

namespace commands {
namespace {

struct Options {
  std::string node;
  bool copy = false;
};

void bind(Arguments& arguments, Options& options) {
  arguments.positional("NODE", options.node, "the server that becomes a standby again");
  arguments.flag("--copy", options.copy, "make a new copy, even where it could follow or rewind");
}

int run(Context& context, const Options& options) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::hosts);
  operation.refuseUnfinished();
  const auto topology = failover_shared::lookFirst(context, instance);
  const auto& node = failover_shared::nodeNamed(topology, options.node, "NODE");
  return failover_shared::rejoin(context, operation, topology, node, options.copy, false);
}

}  // namespace

Verb failoverRejoin() {
  Verb verb;
  verb.name = "rejoin";
  verb.summary = "make a server that stopped or went its own way a standby again";
  verb.description =
      "Looks where the server's log ends and where the primary's history left it. If all of it is "
      "part of what the primary has, it is started as a standby. If it wrote what the primary "
      "never "
      "had, pg_rewind gives that up; where that can't be done, or a rewind was broken off, or with "
      "--copy, a base backup goes into a new folder, which takes the place of the old one only "
      "when "
      "it streams. The old folder stays beside it. Configuration files are kept, the slot is made "
      "first, a unit that a fence masked is unmasked. Success is a stream that runs, never a "
      "server "
      "that was started.";
  verb.examples = {"sotctl failover rejoin one", "sotctl failover rejoin one --dry-run",
                   "sotctl failover rejoin one --copy --yes"};
  verb.exits = {
      {0, "it streams, or did already"},
      {4, "there is no such node"},
      {5, "it takes writes, is no copy of this cluster, there is no space, or declined"},
      {6, "another run is at work or unfinished"},
      {7, "its host does not answer"},
      {12, "something was changed and the run is incomplete; the message says how to go on"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
