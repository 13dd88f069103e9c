#include "commands/failover/shared.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/failover/failover.hpp"
#include "lib/checks/report.hpp"
#include "lib/cluster/json.hpp"
#include "lib/cluster/readiness.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/steps.hpp"

namespace commands::failover_shared {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration kDrain = 60s;

std::string sampleFile(Context& context, const config::Instance& instance) {
  return context.stateFolder() + "/instances/" + instance.name + "/primary.json";
}

std::vector<std::string> namesOf(const cluster::Topology& topology) {
  std::vector<std::string> names;
  for (const auto& node : topology.nodes) names.push_back(node.name());
  return names;
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

std::string textOf(const core::Json& json, const char* key) {
  return json.contains(key) && json.at(key).is_string() ? json.at(key).get<std::string>()
                                                        : std::string();
}

/// From the stop of the old primary to the first write that went through the new one.
std::optional<core::Duration> writeOutage(const core::Json& results) {
  const auto began = core::parseUtc(textOf(results, "stop_began"));
  const auto again = core::parseUtc(textOf(results, "writes_again"));
  if (!began || !again || *again < *began) return std::nullopt;
  return *again - *began;
}

void addProof(const step::Run& run, Report& report) {
  const std::string from = textOf(run.plan.facts, "from");
  const std::string to = textOf(run.plan.facts, "to");
  if (const std::string end = textOf(run.results, "shutdown_end_lsn"); !end.empty()) {
    report.text += fmt::format(
        "Nothing was lost: the log of {} ends at {}, and {} had received up "
        "to {}.\n",
        from, end, to, textOf(run.results, "received_lsn"));
  }
  if (run.plan.facts.contains("loss")) {
    report.text += fmt::format("Lost: {}.\n", textOf(run.plan.facts.at("loss"), "words"));
  }
  if (run.results.contains("fence_proof")) {
    report.text += fmt::format("{} is fenced:\n", from);
    for (const auto& line : run.results.at("fence_proof")) {
      report.text += "  " + line.get<std::string>() + "\n";
    }
  }
}

void addTimes(const step::Run& run, Report& report) {
  if (const auto outage = writeOutage(run.results)) {
    report.document["write_outage_ms"] = std::chrono::duration<double, std::milli>(*outage).count();
    report.text += fmt::format("Time in which nothing could be written to the database: {}\n",
                               core::formatDuration(*outage));
  }
  if (run.results.contains("downtime_ms") && run.results.at("downtime_ms").is_number()) {
    const auto downtime =
        std::chrono::duration<double, std::milli>(run.results.at("downtime_ms").get<double>());
    report.text +=
        fmt::format("Time without service, seen from outside: {}\n",
                    core::formatDuration(std::chrono::duration_cast<core::Duration>(downtime)));
  }
}

}  // namespace

cluster::Topology lookFirst(Context& context, const config::Instance& instance) {
  cluster::Topology topology = cluster::lookAtTopology(context.world(), instance);
  remember(context, instance, topology);
  if (!topology.split()) return topology;
  throw core::Error(core::Kind::refused,
                    "two servers of one cluster take writes: " +
                        core::join(cluster::howTheyDiffer(topology), "; "),
                    "Stop the one whose writes can be given up, before anything else.");
}

const cluster::Node& nodeNamed(const cluster::Topology& topology, const std::string& name,
                               const std::string& option) {
  const std::string there = "There is: " + core::join(namesOf(topology), ", ") + ".";
  if (name.empty()) {
    throw core::Error(core::Kind::usage, "no node is named",
                      fmt::format("Give {}. {}", option, there));
  }
  if (const auto* node = topology.find(name)) return *node;
  throw core::Error(core::Kind::not_found, "there is no node " + core::printable(name), there);
}

const cluster::Node& onlyPrimary(const cluster::Topology& topology) {
  if (const auto* primary = topology.primary()) return *primary;
  throw core::Error(core::Kind::refused, "no node is seen to be the primary",
                    "`sotctl failover status` shows what was seen; `sotctl failover database "
                    "--lost` promotes a standby after a loss.");
}

void remember(Context& context, const config::Instance& instance,
              const cluster::Topology& topology) {
  if (context.globals().dry_run) return;
  const auto sample = cluster::sampleOf(topology, context.world().clock.now());
  if (!sample) return;
  const std::string file = sampleFile(context, instance);
  try {
    auto& files = context.world().files;
    files.makeFolder(file.substr(0, file.rfind('/')), 0755);
    files.replace(file, cluster::toJson(*sample).dump() + "\n", 0644);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;  // another account's folder: no sample
  }
}

std::optional<cluster::Sample> remembered(Context& context, const config::Instance& instance) {
  auto& files = context.world().files;
  const std::string file = sampleFile(context, instance);
  if (!files.info(file)) return std::nullopt;
  return cluster::sampleFromJson(core::Json::parse(files.read(file), nullptr, false));
}

void bindSwitch(Arguments& arguments, SwitchOptions& options) {
  arguments.option("--drain", "DURATION", options.drain,
                   "wait at most this long for running jobs to end (60s; 0s: don't)");
  arguments.option("--disable-agent", "DURATION", options.disable_agent,
                   "Puppet's agents do nothing meanwhile, at most so long");
}

void surround(Context& context, const config::Instance& instance, const SwitchOptions& options,
              step::Plan& plan) {
  plan.steps = service::quietly(instance, plan.title, plan.id, std::move(plan.steps));
  if (!options.disable_agent) return;
  std::vector<std::string> hosts = cluster::applicationHosts(instance);
  for (const auto& node : instance.nodes) {
    if (std::find(hosts.begin(), hosts.end(), node.host) == hosts.end()) hosts.push_back(node.host);
  }
  const std::string& reason = context.globals().reason;
  plan.steps =
      service::withoutAgent(hosts, *options.disable_agent, reason.empty() ? plan.title : reason,
                            plan.id, std::move(plan.steps));
}

Report reportOf(const step::Run& run) {
  Report report;
  report.document = run.results;
  addProof(run, report);
  addTimes(run, report);
  if (!run.plan.facts.contains("back")) report.text += "The way back: `sotctl failover back`.\n";
  return report;
}

int switchOver(Context& context, Operation& operation, const cluster::Topology& topology,
               const cluster::Node& to, const SwitchOptions& options) {
  const config::Instance& instance = operation.instance();
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
  step::Plan& plan = execution.plan;
  plan.id = operation.store().newId();
  plan.verb = "failover database";
  plan.instance = instance.name;
  plan.title = fmt::format("{} becomes the primary in the place of {}", to.name(), from.name());
  plan.facts = {{"from", from.name()}, {"to", to.name()}, {"locks", "hosts"}};
  if (options.back) plan.facts["back"] = true;
  plan.abort_on_failure = true;
  cluster::Switch wanted = cluster::switchOf(topology, from, to, plan.id);
  wanted.drain = options.drain.value_or(kDrain);
  wanted.busy_accepted = context.accepted("busy");
  wanted.managed_accepted = context.accepted("managed-file");
  wanted.elsewhere_accepted = context.accepted("application-elsewhere");
  plan.steps = cluster::switchoverSteps(context.world(), instance, wanted);
  surround(context, instance, options, plan);
  execution.asks = Asks::name;
  execution.introduction = cluster::draw(topology);
  execution.facts = cluster::toJson(topology);
  execution.report = reportOf;
  return execute(context, operation, execution);
}

int rejoin(Context& context, Operation& operation, const cluster::Topology& topology,
           const cluster::Node& node, bool copy, bool more_follows) {
  const config::Instance& instance = operation.instance();
  const cluster::Node& primary = onlyPrimary(topology);
  const cluster::Environment environment{context.world(), instance};
  const auto found = cluster::wayFor(environment, node, primary, copy);
  auto document = cluster::toJson(topology);
  document["way"] = cluster::wayName(found.way);
  document["why"] = found.why;
  if (found.way == cluster::Way::none) {
    document["changed"] = false;
    const std::string text =
        fmt::format("Already so: {} streams from {}.\n", node.name(), primary.name());
    if (!more_follows) context.out().result(document, cluster::draw(topology) + text);
    return 0;
  }
  Execution execution;
  step::Plan& plan = execution.plan;
  plan.id = operation.store().newId();
  plan.verb = "failover rejoin";
  plan.instance = instance.name;
  plan.title = fmt::format("{} becomes a standby of {} ({})", node.name(), primary.name(),
                           cluster::wayName(found.way));
  plan.facts = {{"node", node.name()}, {"locks", "hosts"}};
  plan.steps = cluster::rejoinSteps(instance, found, node.name(), primary.name(), plan.id);
  execution.asks = found.way == cluster::Way::follow ? Asks::yes : Asks::name;
  execution.introduction =
      cluster::draw(topology) + fmt::format("{}: {}\n", node.name(), found.why);
  if (found.given_up.value_or(0) > 0) {
    execution.warning = fmt::format("{} of its log are only on {}, and are given up.",
                                    core::formatBytes(*found.given_up), node.name());
  }
  execution.facts = document;
  execution.more_follows = more_follows;
  execution.report = [&](const step::Run& run) {
    Report report;
    report.text = fmt::format("{}: it streams from {}.\n", run.plan.title, primary.name());
    return report;
  };
  return execute(context, operation, execution);
}

}  // namespace commands::failover_shared
