#include "commands/failover/failover.hpp"
#include "commands/failover/shared.hpp"
#include "lib/core/error.hpp"

namespace commands {
namespace {

struct Options {
  std::string to;
  std::string from;
  bool lost = false;
  failover_shared::SwitchOptions how;
};

void bind(Arguments& arguments, Options& options) {
  arguments.option("--to", "NODE", options.to,
                   "the standby that becomes the primary; with --lost the most advanced one if "
                   "none is named");
  arguments.flag("--lost", options.lost,
                 "the primary is gone: fence it, state what is lost, promote without it");
  arguments.option("--from", "NODE", options.from,
                   "with --lost: the lost primary, where it is not the only one that is away");
  failover_shared::bindSwitch(arguments, options.how);
}

int run(Context& context, const Options& options) {
  if (!options.lost && !options.from.empty()) {
    throw core::Error(core::Kind::usage, "--from is for --lost: without it the primary is seen");
  }
  const config::Instance& instance = context.instance(Need::change);
  // The database's own lock would end with the server that stops.
  Operation operation(context, instance, Operation::Locks::hosts);
  operation.refuseUnfinished();
  const auto topology = failover_shared::lookFirst(context, instance);
  if (options.lost) {
    return failover_shared::failOver(context, operation, topology,
                                     {options.from, options.to, options.how});
  }
  return failover_shared::switchOver(context, operation, topology,
                                     failover_shared::nodeNamed(topology, options.to, "--to"),
                                     options.how);
}

}  // namespace

Verb failoverDatabase() {
  Verb verb;
  verb.name = "database";
  verb.summary = "make a standby the primary: planned without loss, or after a loss";
  verb.description =
      "Planned: everything that could stop it is asked first (`sotctl failover check`). Workers "
      "finish their jobs, the services stop, the primary is stopped cleanly, and only when the "
      "standby is proven to have received the end of its last record is it promoted. The "
      "application's configuration is pointed at it, the services start, the former primary "
      "follows "
      "as a standby, and the start of the services is proven. A failure before the promotion takes "
      "everything back. What nothing could be written for is measured and printed, with the "
      "proof.\n\n"
      "With --lost the primary is gone. First it is fenced, and the proof of that is shown: no "
      "process of it, its unit masked, a standby for whoever starts it; or the node's own fence "
      "command and what its status says; or, where its host does not answer, your word that it is "
      "off, by typing its name (answer failover.database.attest). Then what is lost is stated, "
      "exactly where the old primary's log can still be read, and typed back (answer "
      "failover.database.loss). The old primary stays fenced until `sotctl failover rejoin`.";
  verb.examples = {"sotctl failover database --to two",
                   "sotctl failover database --to two --dry-run",
                   "sotctl failover database --lost --reason \"db1 does not answer\""};
  verb.exits = {{0, "the other server is the primary, or already so"},
                {4, "there is no such node"},
                {5, "something is in the way, declined, or nobody to ask; nothing was changed"},
                {6, "another run is at work or unfinished"},
                {12, "something was changed and the run is incomplete; resume it"},
                {13, "what must be known could not be determined"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
