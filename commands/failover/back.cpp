#include <fmt/format.h>

#include "commands/failover/failover.hpp"
#include "commands/failover/shared.hpp"
#include "lib/core/error.hpp"

namespace commands {
namespace {

struct Options {
  failover_shared::SwitchOptions how;
  bool copy = false;
};

void bind(Arguments& arguments, Options& options) {
  failover_shared::bindSwitch(arguments, options.how);
  arguments.flag("--copy", options.copy,
                 "where the former primary does not follow: make a new copy instead of a rewind");
}

/// Where the primary was before the last change of it. Errors: not_found.
std::string homeOf(Operation& operation) {
  for (const step::StoredRun& stored : operation.store().list()) {
    if (!stored.run || stored.run->plan.instance != operation.instance().name) continue;
    const step::Plan& plan = stored.run->plan;
    if (plan.verb != "failover database" || plan.facts.contains("back")) continue;
    if (stored.run->outcome != step::RunOutcome::done) continue;
    return plan.facts.at("from").get<std::string>();
  }
  throw core::Error(core::Kind::not_found,
                    fmt::format("no failover of instance {} is in the journal of this host",
                                operation.instance().name),
                    "Say where to: `sotctl failover database --to NODE`.");
}

bool streams(const cluster::Node& node) {
  return node.role == cluster::Role::standby && node.receiver &&
         node.receiver->status == "streaming";
}

int run(Context& context, const Options& options) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::hosts);
  operation.refuseUnfinished();
  auto topology = failover_shared::lookFirst(context, instance);
  const std::string name = homeOf(operation);
  const auto& home = failover_shared::nodeNamed(topology, name, "--to");
  if (&home != &failover_shared::onlyPrimary(topology) && !streams(home)) {
    const int status =
        failover_shared::rejoin(context, operation, topology, home, options.copy, true);
    if (context.globals().dry_run) {
      context.out().result({{"changed", false}, {"would_change", true}, {"back_to", name}},
                           fmt::format("Then {} becomes the primary.\n", name));
      return status;
    }
    topology = failover_shared::lookFirst(context, instance);
  }
  failover_shared::SwitchOptions how = options.how;
  how.back = true;
  return failover_shared::switchOver(context, operation, topology,
                                     failover_shared::nodeNamed(topology, name, "--to"), how);
}

}  // namespace

Verb failoverBack() {
  Verb verb;
  verb.name = "back";
  verb.summary = "make the server the primary again that was it before the last failover";
  verb.description =
      "The whole way back, by the journal of the last `failover database`: if the former primary "
      "does not follow it is made a standby again (as `failover rejoin` does), then the primary is "
      "switched over to it, with the same checks and the same proof as on the way there.";
  verb.examples = {"sotctl failover back", "sotctl failover back --dry-run"};
  verb.exits = {{0, "back, or already so"},
                {4, "no failover is in the journal"},
                {5, "something is in the way, declined, or nobody to ask"},
                {6, "another run is at work or unfinished"},
                {7, "the host of the former primary does not answer"},
                {12, "something was changed and the run is incomplete; resume it"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
