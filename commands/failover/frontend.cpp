#include <fmt/format.h>

#include <algorithm>

#include "commands/failover/failover.hpp"
#include "commands/failover/shared.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/frontends/balancer.hpp"
#include "lib/frontends/steps.hpp"
#include "lib/service/steps.hpp"

namespace commands {
namespace {

struct Options {
  std::string to;
};

void bind(Arguments& arguments, Options& options) {
  arguments.option("--to", "HOST|SITE", options.to, "the frontend, or all frontends of a site");
}

struct Choice {
  std::vector<std::string> to;
  std::vector<std::string> away;
};

/// Errors: usage (none is named), not_found (no frontend, no site of that name).
Choice chosen(const config::Instance& instance, const std::string& name) {
  Choice choice;
  std::vector<std::string> names;
  for (const auto* host : config::hostsFor(instance, config::HostRole::frontend)) {
    const bool meant = host->address.name == name || (!name.empty() && host->site == name);
    (meant ? choice.to : choice.away).push_back(host->address.name);
    names.push_back(host->site.empty() ? host->address.name
                                       : fmt::format("{} ({})", host->address.name, host->site));
  }
  if (!choice.to.empty()) return choice;
  const std::string there =
      names.empty() ? fmt::format("No [[instance.{}.host]] has the role frontend.", instance.name)
                    : "There is: " + core::join(names, ", ") + ".";
  throw core::Error(name.empty() ? core::Kind::usage : core::Kind::not_found,
                    name.empty() ? "no frontend is named"
                                 : "there is no frontend or site " + core::printable(name),
                    there);
}

void requireBalancer(const config::Instance& instance) {
  if (!instance.balancers.empty()) return;
  throw core::Error(core::Kind::not_found,
                    fmt::format("instance {} has no [[balancer]]", instance.name),
                    "Say what leads people to its frontends (docs/failover.md).");
}

/// How everything is at the moment, for people and for -o json.
struct Situation {
  core::Json document = core::Json::array();
  std::string text;
  bool as_wanted = true;
};

Situation look(Context& context, const config::Instance& instance, const Choice& choice) {
  Situation situation;
  for (const auto& settings : instance.balancers) {
    const auto balancer = frontends::makeBalancer(context.world(), instance, settings);
    for (const bool in : {true, false}) {
      for (const std::string& host : in ? choice.to : choice.away) {
        const auto member = balancer->look(host);
        situation.document.push_back({{"balancer", settings.name},
                                      {"frontend", host},
                                      {"pooled", member.pooled},
                                      {"healthy", member.healthy},
                                      {"words", member.words}});
        situation.text += fmt::format("{}  {}  {}  {}\n", settings.name, host,
                                      member.pooled ? "in" : "out", member.words);
        situation.as_wanted = situation.as_wanted && member.pooled == in;
      }
    }
  }
  return situation;
}

/// A frontend far from its database works, and slowly.
std::string siteWarning(Context& context, const config::Instance& instance, const Choice& choice) {
  if (instance.nodes.empty()) return {};
  const auto topology = cluster::lookAtTopology(context.world(), instance);
  const auto* primary = topology.primary();
  if (primary == nullptr || primary->settings.host.empty()) return {};
  const std::string& home = config::hostNamed(instance, primary->settings.host).site;
  for (const std::string& host : choice.to) {
    const std::string& site = config::hostNamed(instance, host).site;
    if (site.empty() || home.empty() || site == home) continue;
    return fmt::format(
        "{} is in {}, and the primary database ({}) in {}: each query goes from one to the "
        "other.\n",
        host, site, primary->name(), home);
  }
  return {};
}

int run(Context& context, const Options& options) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::hosts);
  operation.refuseUnfinished();
  requireBalancer(instance);
  const Choice choice = chosen(instance, options.to);
  const Situation now = look(context, instance, choice);
  const std::string warning = siteWarning(context, instance, choice);
  if (now.as_wanted) {
    context.out().result({{"frontends", now.document}, {"changed", false}},
                         now.text + warning + "Already so: nothing to do.\n");
    return 0;
  }
  Execution execution;
  step::Plan& plan = execution.plan;
  plan.id = operation.store().newId();
  plan.verb = "failover frontend";
  plan.instance = instance.name;
  plan.title = fmt::format("people are led to {}", core::join(choice.to, ", "));
  plan.facts = {{"to", choice.to}, {"away", choice.away}, {"locks", "hosts"}};
  plan.abort_on_failure = true;
  plan.steps = service::quietly(instance, plan.title, plan.id,
                                frontends::switchSteps(instance, choice.to, choice.away));
  execution.introduction = now.text;
  execution.facts = {{"frontends", now.document}};
  execution.warning = warning;
  execution.report = [&](const step::Run&) {
    const Situation after = look(context, instance, choice);
    Report report;
    report.document = {{"frontends", after.document}};
    report.text = after.text + warning;
    return report;
  };
  return execute(context, operation, execution);
}

}  // namespace

Verb failoverFrontend() {
  Verb verb;
  verb.name = "frontend";
  verb.summary = "lead people to another frontend, or to those of another site";
  verb.description =
      "The frontend that is meant is asked straight, and must be healthy. It is taken in at every "
      "configured balancer (HAProxy's runtime socket, or three commands of the site's own), and "
      "must be up there; the instance must answer as people see it. Only then are the others taken "
      "out, never the last one that serves, and the instance must still answer. A failure puts "
      "everything back as it was.";
  verb.examples = {"sotctl failover frontend --to web2", "sotctl failover frontend --to ams",
                   "sotctl failover frontend --to web2 --dry-run"};
  verb.exits = {{0, "people are led there, or were already"},
                {4, "there is no such frontend or site, or no balancer is configured"},
                {5, "it is not healthy, the last one would go, declined, or nobody to ask"},
                {6, "another run is at work or unfinished"},
                {7, "a balancer's host does not answer"},
                {12, "something was changed and the run is incomplete; resume it"},
                {13, "a balancer does not say which frontends are in"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
