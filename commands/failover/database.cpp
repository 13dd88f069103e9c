#include <fmt/format.h>

#include "commands/failover/failover.hpp"
#include "commands/operation.hpp"
#include "lib/checks/report.hpp"
#include "lib/cluster/json.hpp"
#include "lib/cluster/readiness.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct Options {
  std::string to;
};

void bind(Arguments& arguments, Options& options) {
  arguments.option("--to", "NODE", options.to, "the standby that becomes the primary");
}

const cluster::Node& nodeNamed(const cluster::Topology& topology, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& node : topology.nodes) names.push_back(node.name());
  if (name.empty()) {
    throw core::Error(core::Kind::usage, "no node is named",
                      "Give --to; there is: " + core::join(names, ", ") + ".");
  }
  if (const auto* node = topology.find(name)) return *node;
  throw core::Error(core::Kind::not_found, "there is no node " + core::printable(name),
                    "There is: " + core::join(names, ", ") + ".");
}

/// Nothing may be moved where it is not certain who is what.
const cluster::Node& onlyPrimary(const cluster::Topology& topology) {
  if (topology.split()) {
    throw core::Error(core::Kind::refused,
                      "two servers of one cluster take writes: " +
                          core::join(cluster::howTheyDiffer(topology), "; "),
                      "Stop the one whose writes can be given up, before anything else.");
  }
  if (const auto* primary = topology.primary()) return *primary;
  throw core::Error(core::Kind::refused, "no node is seen to be the primary",
                    "`sotctl failover status` shows what was seen.");
}

void refuseUnready(Context& context, const std::vector<core::CheckResult>& results) {
  std::vector<core::CheckResult> bad;
  for (const auto& result : results) {
    if (result.outcome != core::Outcome::fail && result.outcome != core::Outcome::unknown) continue;
    if (!context.accepted("not-ready:" + result.id)) bad.push_back(result);
  }
  if (bad.empty()) return;
  throw core::Error(
      core::Kind::refused, "a switchover would not go well:\n" + checks::text(bad, false),
      "`sotctl failover check` lists all of it; --accept not-ready:" + bad.front().id +
          " goes on without that one.",
      "not-ready:" + bad.front().id);
}

/// How it went, for the person and for the post-mortem.
Report reportOf(const step::Run& run) {
  Report report;
  const auto text = [&](const char* key) {
    return run.results.contains(key) && run.results.at(key).is_string()
               ? run.results.at(key).get<std::string>()
               : std::string();
  };
  if (const std::string end = text("shutdown_end_lsn"); !end.empty()) {
    report.text +=
        fmt::format("Nothing was lost: the log of {} ends at {}, and {} had received up to {}.\n",
                    run.plan.facts.at("from").get<std::string>(), end,
                    run.plan.facts.at("to").get<std::string>(), text("received_lsn"));
  }
  if (run.results.contains("downtime_ms") && run.results.at("downtime_ms").is_number()) {
    report.text += fmt::format("Time without service, seen from outside: {}\n",
                               core::formatDuration(std::chrono::milliseconds(
                                   run.results.at("downtime_ms").get<std::int64_t>())));
  }
  report.text += fmt::format("Back again: sotctl failover database --to {}\n",
                             run.plan.facts.at("from").get<std::string>());
  return report;
}

step::Plan planFor(Context& context, Operation& operation, const cluster::Node& from,
                   const cluster::Node& to) {
  step::Plan plan;
  plan.id = operation.store().newId();
  plan.verb = "failover database";
  plan.instance = operation.instance().name;
  plan.title = fmt::format("{} becomes the primary in the place of {}", to.name(), from.name());
  plan.facts = {{"from", from.name()}, {"to", to.name()}, {"locks", "hosts"}};
  plan.abort_on_failure = true;
  plan.steps = cluster::switchoverSteps(operation.instance(), from.name(), to.name(), plan.id,
                                        context.accepted("managed-file"));
  return plan;
}

int run(Context& context, const Options& options) {
  const config::Instance& instance = context.instance(Need::change);
  // The database's own lock would end with the server that stops.
  Operation operation(context, instance, Operation::Locks::hosts);
  operation.refuseUnfinished();
  const auto topology = cluster::lookAtTopology(context.world(), instance);
  const cluster::Node& to = nodeNamed(topology, options.to);
  const cluster::Node& from = onlyPrimary(topology);
  if (&to == &from) {
    auto document = cluster::toJson(topology);
    document["changed"] = false;
    context.out().result(
        document, cluster::draw(topology) + "Already so: " + to.name() + " is the primary.\n");
    return 0;
  }
  refuseUnready(context, cluster::readiness(context.world(), instance, topology));
  Execution execution;
  execution.plan = planFor(context, operation, from, to);
  execution.asks = Asks::name;
  execution.introduction = cluster::draw(topology);
  execution.facts = cluster::toJson(topology);
  execution.report = reportOf;
  return execute(context, operation, execution);
}

}  // namespace

Verb failoverDatabase() {
  Verb verb;
  verb.name = "database";
  verb.summary = "make a standby the primary, without losing anything";
  verb.description =
      "A planned switchover. Everything that could stop it is asked first (`sotctl failover "
      "check`). Then the services stop, the primary is stopped cleanly, and only when the standby "
      "is proven to have received the end of the last record is it promoted. The application's "
      "configuration is pointed at it, the services start, and the former primary follows as a "
      "standby. A failure before the promotion takes everything back.";
  verb.examples = {"sotctl failover database --to two",
                   "sotctl failover database --to two --dry-run"};
  verb.exits = {{0, "switched over, or already so"},
                {4, "there is no such node"},
                {5, "something is in the way, declined, or nobody to ask; nothing was changed"},
                {6, "another run is at work or unfinished"},
                {12, "something was changed and the run is incomplete; resume it"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
