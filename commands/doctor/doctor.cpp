#include "lib/doctor/doctor.hpp"

#include <fmt/format.h>

#include "commands/doctor/doctor.hpp"
#include "commands/in_force.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/doctor/rights.hpp"

namespace commands {
namespace {

struct DoctorOptions {
  std::vector<std::string> sudoers;
};

void bindDoctor(Arguments& arguments, DoctorOptions& options) {
  arguments.option("--sudoers", "VERB", options.sudoers,
                   "print the rules that sudo needs on the hosts for a verb (service restart); "
                   "repeatable");
}

/// Findings under one heading: this host, or one instance.
struct Part {
  std::string name;
  std::vector<core::CheckResult> results;
};

/// The configuration as a finding: a doctor tells what is wrong with it and goes on.
std::optional<InForce> configuration(Context& context, std::vector<core::CheckResult>& results) {
  try {
    InForce found = inForce(context);
    results.push_back(
        {"config.file", "configuration", core::Outcome::pass, found.source(), "", ""});
    for (const auto& remark : found.config.remarks) {
      results.push_back({"config.remark", "configuration", core::Outcome::warn, remark, "",
                         "Set environment to production, staging or development."});
    }
    for (auto& gap : found.otherGaps()) results.push_back(std::move(gap));
    return found;
  } catch (const core::Error& error) {
    const bool broken =
        error.kind() == core::Kind::configuration || error.kind() == core::Kind::refused;
    if (!broken) throw;
    results.push_back(
        {"config.file", "configuration", core::Outcome::fail, error.what(), "", error.hint()});
    return std::nullopt;
  }
}

std::vector<Part> examine(Context& context) {
  std::vector<Part> parts{{"this host", {}}};
  const auto found = configuration(context, parts.front().results);
  for (auto& one : doctor::checkHost(context.world(), context.stateFolder())) {
    parts.front().results.push_back(std::move(one));
  }
  if (!found) return parts;
  for (const auto& instance : found->config.instances) {
    parts.push_back({instance.name, doctor::checkInstance(context.world(), instance)});
  }
  return parts;
}

int printSudoers(Context& context, const std::vector<std::string>& verbs) {
  const config::Instance& instance = context.instance(Need::look);
  const std::string text = doctor::sudoers(instance, verbs, context.world().caller.account);
  context.out().result({{"instance", instance.name}, {"verbs", verbs}, {"sudoers", text}}, text);
  return 0;
}

int runDoctor(Context& context, const DoctorOptions& options) {
  if (!options.sudoers.empty()) return printSudoers(context, options.sudoers);
  const bool color = context.out().settings().color;
  std::string text;
  std::vector<core::CheckResult> all;
  core::Json document{{"host", context.world().caller.host},
                      {"account", context.world().caller.account},
                      {"parts", core::Json::array()}};
  for (const Part& part : examine(context)) {
    text += out::paint(out::Paint::strong, part.name, color) + "\n" +
            checks::text(part.results, color) + "\n";
    document["parts"].push_back({{"name", part.name}, {"checks", checks::toJson(part.results)}});
    all.insert(all.end(), part.results.begin(), part.results.end());
  }
  // A stop in the middle made unknowns of what was not looked at: that is no result.
  context.world().cancellation.check();
  document["outcome"] = core::outcomeName(checks::worst(all));
  context.out().result(document, text + checks::summary(all) + "\n");
  return checks::exitStatus(all);
}

}  // namespace

Noun doctorNoun() {
  Verb verb;
  verb.summary = "check whether this tool has all that it needs";
  verb.description =
      "Looks at the configuration and who could have written it, the state folder, PostgreSQL's "
      "programs and logins, room for a second copy of the database, Redis, services and the backup "
      "folder. Changes nothing. What is not well names the right or setting that it needs.";
  verb.examples = {"sotctl doctor", "sudo sotctl doctor -o json",
                   "sotctl doctor --sudoers 'service restart' --sudoers 'restore run'"};
  verb.exits = {{4, "nothing is configured or found"},
                {10, "a check failed"},
                {13, "nothing failed, and something could not be determined"}};
  return {"doctor", verb.summary, {makeVerb<DoctorOptions>(verb, bindDoctor, runDoctor)}};
}

}  // namespace commands
