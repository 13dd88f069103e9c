#include "commands/failover/shared.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/checks/report.hpp"
#include "lib/cluster/fence.hpp"
#include "lib/cluster/json.hpp"
#include "lib/cluster/readiness.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands::failover_shared {
namespace {

using cluster::Node;

/// The one that is given up. Where several are away, sotctl does not guess which of them took
/// writes last.
const Node& lostOne(const cluster::Topology& topology, const std::string& name) {
  if (const Node* primary = topology.primary()) {
    throw core::Error(core::Kind::refused,
                      fmt::format("node {} takes writes: nothing is lost", primary->name()),
                      "Without --lost it is switched over, and loses nothing.");
  }
  if (!name.empty()) {
    const Node& node = nodeNamed(topology, name, "--from");
    if (!node.answers()) return node;
    throw core::Error(core::Kind::refused,
                      fmt::format("node {} is a standby that answers", node.name()));
  }
  std::vector<std::string> away;
  const Node* found = nullptr;
  for (const Node& node : topology.nodes) {
    if (node.answers()) continue;
    away.push_back(node.name());
    found = &node;
  }
  if (away.size() == 1) return *found;
  throw core::Error(core::Kind::usage,
                    away.empty() ? "all nodes answer, and none of them takes writes"
                                 : "several nodes are away: " + core::join(away, ", "),
                    "Name the lost primary with --from.");
}

const Node& chosen(Context& context, const cluster::Topology& topology, const std::string& name) {
  const auto standbys = cluster::mostAdvanced(topology);
  if (standbys.empty()) {
    throw core::Error(core::Kind::refused, "no standby answers",
                      "`sotctl failover status` shows what was seen.");
  }
  if (name.empty()) return *standbys.front();
  const Node& node = nodeNamed(topology, name, "--to");
  if (node.role != cluster::Role::standby) {
    throw core::Error(core::Kind::refused,
                      fmt::format("node {} is no standby that answers: {}", node.name(), node.why));
  }
  const Node& best = *standbys.front();
  const bool has_less =
      node.received.value_or(cluster::Lsn{}) < best.received.value_or(cluster::Lsn{});
  if (!has_less || context.accepted("not-most-advanced")) return node;
  throw core::Error(
      core::Kind::refused,
      fmt::format("{} has received less than {}: {} and {}", node.name(), best.name(),
                  node.received ? node.received->text() : "nothing", best.received->text()),
      "Name that one, or --accept not-most-advanced.", "not-most-advanced");
}

/// Of what is asked before a planned one: what would make the new primary wrong.
void refuseUnsuited(Context& context, const cluster::Topology& topology, const Node& to) {
  for (const auto& result : cluster::readinessOf(topology)) {
    const bool matters = result.id == "failover.collations" || result.id == "failover.version" ||
                         result.id == "failover.system";
    const bool its = result.id == "failover.system" || result.subject.ends_with(" " + to.name());
    if (!matters || !its || result.outcome != core::Outcome::fail) continue;
    if (context.accepted("not-ready:" + result.id)) continue;
    throw core::Error(core::Kind::refused, result.subject + ": " + result.found, result.hint,
                      "not-ready:" + result.id);
  }
}

/// Whose word it is that the host is off; empty where nobody's is needed, and in a dry run.
std::string attestation(Context& context, const cluster::Environment& environment,
                        const Node& lost) {
  if (!lost.settings.fence.empty() || context.globals().dry_run) return {};
  if (cluster::hostAnswers(environment, lost.settings)) return {};
  const std::string& host = lost.settings.host;
  const ports::Question question{
      "failover.database.attest",
      fmt::format(
          "Host {} of node {} does not answer, and no fence is configured. If it is only "
          "cut off, both servers would take writes, and one of them is lost.\nType its name "
          "({}) to attest that it is powered off:",
          host, lost.name(), host),
      host};
  if (context.world().prompt.confirm(question)) return context.world().caller.person;
  throw core::Error(core::Kind::refused, "not attested; nothing was changed");
}

void confirmLoss(Context& context, const Node& lost, const cluster::Loss& loss) {
  if (context.globals().dry_run) return;
  const ports::Question question{
      "failover.database.loss",
      fmt::format("What is lost with {}: {}.\nType what you give up ({}):", lost.name(), loss.words,
                  loss.word()),
      loss.word()};
  if (context.world().prompt.confirm(question)) return;
  throw core::Error(core::Kind::refused, "not confirmed; nothing was changed");
}

core::Json inJson(const cluster::Loss& loss) {
  return {{"bytes", loss.bytes ? core::Json(*loss.bytes) : core::Json(nullptr)},
          {"commits", loss.commits ? core::Json(*loss.commits) : core::Json(nullptr)},
          {"exact", loss.exact},
          {"words", loss.words}};
}

}  // namespace

int failOver(Context& context, Operation& operation, const cluster::Topology& topology,
             const LostOptions& options) {
  const config::Instance& instance = operation.instance();
  const cluster::Environment environment{context.world(), instance};
  const Node& lost = lostOne(topology, options.from);
  const Node& to = chosen(context, topology, options.to);
  refuseUnsuited(context, topology, to);
  const auto loss = cluster::lookAtLoss(environment, lost, to, remembered(context, instance),
                                        context.world().clock.now());
  Execution execution;
  step::Plan& plan = execution.plan;
  plan.id = operation.store().newId();
  plan.verb = "failover database";
  plan.instance = instance.name;
  plan.title = fmt::format("{} becomes the primary; {} is lost", to.name(), lost.name());
  plan.facts = {
      {"from", lost.name()}, {"to", to.name()}, {"locks", "hosts"}, {"loss", inJson(loss)}};
  plan.abort_on_failure = true;
  cluster::Switch wanted = cluster::switchOf(topology, lost, to, plan.id);
  wanted.managed_accepted = context.accepted("managed-file");
  wanted.elsewhere_accepted = context.accepted("application-elsewhere");
  wanted.attested = attestation(context, environment, lost);
  confirmLoss(context, lost, loss);
  plan.steps = cluster::lostSteps(context.world(), instance, wanted);
  surround(context, instance, options.how, plan);
  execution.asks = Asks::name;
  execution.introduction = cluster::draw(topology) + fmt::format("Lost: {}.\n", loss.words);
  execution.facts = cluster::toJson(topology);
  execution.facts["loss"] = inJson(loss);
  execution.report = reportOf;
  return execute(context, operation, execution);
}

}  // namespace commands::failover_shared
