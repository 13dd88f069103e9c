#include "commands/permissions/shared.hpp"

#include <fmt/format.h>

#include <set>

#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands::permissions_shared {
namespace {

using permissions::Finding;

permissions::AdHoc adHoc(Context& context, const Scope& scope) {
  if (scope.user.empty() && scope.group.empty()) {
    throw core::Error(core::Kind::usage, "--path says where, and nothing says whose it is",
                      "Add --user, --group or both.");
  }
  const std::string path = context.world().caller.absolute(*scope.path);
  const auto real = context.world().files.resolve(path);
  if (!real) {
    throw core::Error(core::Kind::not_found, fmt::format("nothing at {}", core::printable(path)));
  }
  permissions::AdHoc wanted{*real, scope.user, scope.group};
  wanted.folder_mode = scope.folder_mode.value_or(wanted.folder_mode);
  wanted.file_mode = scope.file_mode.value_or(wanted.file_mode);
  return wanted;
}

void refuseMixture(const Scope& scope) {
  if (scope.policy && scope.path) {
    throw core::Error(core::Kind::usage, "--policy and --path exclude each other");
  }
  const bool tree =
      !scope.user.empty() || !scope.group.empty() || scope.folder_mode || scope.file_mode;
  if (tree && !scope.path) {
    throw core::Error(core::Kind::usage, "--user, --group, --dir-mode and --file-mode need --path",
                      "A policy says by itself what must hold.");
  }
}

Finding remark(Finding::Kind kind, core::Outcome outcome, std::string place, std::string found,
               std::string wanted) {
  Finding finding;
  finding.kind = kind;
  finding.outcome = outcome;
  finding.place = std::move(place);
  finding.found = std::move(found);
  finding.wanted = std::move(wanted);
  return finding;
}

/// Two users in one role: what one writes the other can't change.
void addMixedRoles(const Survey& survey, std::vector<Finding>& findings) {
  for (const char* role : {"application", "worker", "scheduler"}) {
    const auto people = survey.facts.people.ofRole(role);
    if (people.size() < 2) continue;
    std::vector<std::string> words;
    for (const permissions::Person* person : people) words.push_back(person->inWords());
    findings.push_back(remark(Finding::Kind::access, core::Outcome::fail, role,
                              "its processes run as several users: " + core::join(words, ", "),
                              "one user for all of them"));
  }
}

}  // namespace

void bind(Arguments& arguments, Scope& scope) {
  arguments.option("--policy", "NAME|FILE", scope.policy,
                   "netbox, nautobot, one below /etc/sotctl/policies, or a file (a name with a "
                   "slash); otherwise the product's");
  arguments.option("--path", "DIR", scope.path, "this tree instead of a policy's paths");
  arguments.option("--user", "NAME", scope.user, "with --path: who owns the tree and writes in it");
  arguments.option("--group", "NAME", scope.group, "with --path: its group");
  arguments.option("--dir-mode", "MODE", scope.folder_mode, "with --path: of folders (2770)");
  arguments.option("--file-mode", "MODE", scope.file_mode, "with --path: of files (660)");
}

Survey survey(Context& context, const config::Instance* instance, const Scope& scope) {
  refuseMixture(scope);
  Survey survey;
  if (instance != nullptr) survey.facts = permissions::gatherFacts(context.world(), *instance);
  if (scope.path) {
    survey.policy = permissions::adHocPolicy(adHoc(context, scope));
    // Only the tree's own user matters, whoever runs the instance.
    survey.facts.people = {};
  } else {
    survey.policy = permissions::findPolicy(
        context.world(), scope.policy.value_or(config::productName(instance->product)));
  }
  survey.expectations = permissions::resolve(context.world(), survey.policy, survey.facts);
  return survey;
}

std::vector<Finding> remarks(const Survey& survey) {
  std::vector<Finding> findings;
  for (const std::string& words : survey.expectations.unclear) {
    findings.push_back(remark(Finding::Kind::missed, core::Outcome::unknown, survey.policy.file,
                              words, "a running service: sotctl service start"));
  }
  addMixedRoles(survey, findings);
  if (!survey.facts.media_served_at.empty()) {
    findings.push_back(
        remark(Finding::Kind::exposed, core::Outcome::warn, survey.facts.media,
               fmt::format("{} serves it past the application and its permission checks",
                           survey.facts.media_served_at),
               "a choice that was made knowingly; the application serves media by itself"));
  }
  return findings;
}

std::vector<core::CheckResult> checksOf(const Survey& survey, const permissions::Audit& audit) {
  std::vector<core::CheckResult> results;
  for (const Finding& finding : audit.findings) results.push_back(permissions::toCheck(finding));
  for (const Finding& finding : remarks(survey)) results.push_back(permissions::toCheck(finding));
  if (results.empty()) {
    results.push_back({"permissions.all", survey.policy.title, core::Outcome::pass,
                       "everything is as the rules ask", "", ""});
  }
  return results;
}

core::Json documentOf(const Survey& survey, const permissions::Audit& audit) {
  core::Json findings = core::Json::array();
  for (const Finding& finding : audit.findings) findings.push_back(permissions::toJson(finding));
  for (const Finding& finding : remarks(survey)) findings.push_back(permissions::toJson(finding));
  core::Json people = core::Json::array();
  for (const permissions::Person& person : survey.expectations.people) {
    people.push_back({{"role", person.role},
                      {"user", person.account},
                      {"uid", person.identity.uid},
                      {"gid", person.identity.gid},
                      {"groups", person.identity.groups},
                      {"process", person.process},
                      {"service", person.service}});
  }
  return {{"policy", survey.policy.file},
          {"people", people},
          {"files", audit.files},
          {"folders", audit.folders},
          {"kernel_answers", audit.asked},
          {"outcome", core::outcomeName(checks::worst(checksOf(survey, audit)))},
          {"findings", findings},
          {"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(audit.took).count()}};
}

std::string textOf(const Survey& survey, const permissions::Audit& audit, bool color) {
  std::string text;
  for (const permissions::Person& person : survey.expectations.people) {
    if (person.process == 0) continue;
    text += fmt::format("{}: {} runs as {}, process {}\n", person.role, person.service,
                        person.account, person.process);
  }
  const auto results = checksOf(survey, audit);
  text += checks::text(results, color);
  return text + fmt::format("{} and {} looked at, the kernel asked {} times, in {}; {}\n",
                            core::plural(audit.files, "file", "files"),
                            core::plural(audit.folders, "folder", "folders"), audit.asked,
                            core::formatDuration(audit.took), checks::summary(results));
}

}  // namespace commands::permissions_shared
