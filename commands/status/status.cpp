#include "commands/status/status.hpp"

#include <fmt/format.h>

#include "commands/in_force.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/text.hpp"
#include "lib/overview/overview.hpp"

namespace commands {
namespace {

struct StatusOptions {};

void bindStatus(Arguments&, StatusOptions&) {}

/// "netbox: netbox 4.2.3, production, /opt/netbox".
std::string headline(const config::Instance& instance, const overview::Overview& seen) {
  std::string line =
      fmt::format("{}: {} {}, {}", instance.name, config::productName(instance.product),
                  seen.version.empty() ? "of unknown version" : seen.version,
                  config::environmentName(instance.environment));
  if (!instance.root.empty()) line += ", " + core::printable(instance.root);
  return line;
}

core::Json documentOf(const config::Instance& instance, const overview::Overview& seen) {
  core::Json document{{"name", instance.name},
                      {"product", config::productName(instance.product)},
                      {"environment", config::environmentName(instance.environment)},
                      {"root", instance.root}};
  document.update(seen.facts);
  document["checks"] = checks::toJson(seen.lines);
  return document;
}

int runStatus(Context& context, const StatusOptions&) {
  const InForce found = inForce(context);
  const bool color = context.out().settings().color;
  std::string text;
  std::vector<core::CheckResult> all;
  core::Json document{
      {"file", found.discovered ? core::Json(nullptr) : core::Json(found.config.file)},
      {"remarks", found.config.remarks},
      {"instances", core::Json::array()},
      {"gaps", checks::toJson(found.otherGaps())}};
  for (const auto& remark : found.config.remarks) context.out().note(remark);
  for (const auto& instance : found.config.instances) {
    const auto seen = overview::look(context.world(), instance, context.stateFolder());
    text += out::paint(out::Paint::strong, headline(instance, seen), color) + "\n" +
            checks::text(seen.lines, color) + "\n";
    document["instances"].push_back(documentOf(instance, seen));
    all.insert(all.end(), seen.lines.begin(), seen.lines.end());
  }
  if (!found.gaps.empty()) {
    text += "could not be determined by looking at this host:\n" + checks::text(found.gaps, color) +
            "\n";
    all.insert(all.end(), found.gaps.begin(), found.gaps.end());
  }
  // A stop in the middle made unknowns of what was not looked at: that is no result.
  context.world().cancellation.check();
  document["outcome"] = core::outcomeName(checks::worst(all));
  context.out().result(document, text + checks::summary(all) + "\n");
  return checks::exitStatus(all);
}

}  // namespace

Noun statusNoun() {
  Verb verb;
  verb.summary = "show each instance at one glance";
  verb.description =
      "Version, database with its newest change, services, probes, newest backup set, unfinished "
      "run, and databases that a restore kept. Works as any user and without a configuration: "
      "what can't be seen names the right or setting that would show it.";
  verb.examples = {"sotctl status", "sotctl -i netbox status -o json"};
  verb.exits = {
      {3, "the configuration has mistakes"},
      {4, "nothing is configured or found"},
      {5, "somebody else could have written the configuration"},
      {10, "something is not well: a service is stopped, a probe fails, a run is unfinished"},
      {13, "nothing is bad, and something could not be determined"}};
  return {"status", verb.summary, {makeVerb<StatusOptions>(verb, bindStatus, runStatus)}};
}

}  // namespace commands
