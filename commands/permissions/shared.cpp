#include "commands/permissions/shared.hpp"

#include <fmt/format.h>

#include <set>

#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands::permissions_shared {
namespace {

using permissions::Finding;

/// At another host or in a container a path must be whole: there is no current folder.
permissions::AdHoc adHoc(Context& context, const Scope& scope, const Survey& survey) {
  if (scope.user.empty() && scope.group.empty()) {
    throw core::Error(core::Kind::usage, "--path says where, and nothing says whose it is",
                      "Add --user, --group or both.");
  }
  const bool here = survey.place == permissions::Place{};
  const std::string path = here ? context.world().caller.absolute(*scope.path) : *scope.path;
  const auto real = path.starts_with('/') ? survey.site->world().files.resolve(path) : std::nullopt;
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
    std::set<unsigned> users;
    std::vector<std::string> words;
    for (const permissions::Person* person : survey.facts.people.ofRole(role)) {
      if (users.insert(person->identity.uid).second) words.push_back(person->inWords());
    }
    if (users.size() < 2) continue;
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
  arguments.option("--host", "NAME", scope.hosts,
                   "only this host of the instance; may be repeated. Otherwise all that run it");
}

const config::Instance* onlyInstance(Context& context) {
  try {
    const auto all = context.instances();
    return all.size() == 1 ? all.front() : nullptr;
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::not_found || context.globals().instance) throw;
    return nullptr;
  }
}

namespace {

Survey surveyOf(Context& context, const config::Instance* instance, const Scope& scope,
                const permissions::Place& place) {
  Survey survey;
  survey.place = place;
  survey.site = instance == nullptr
                    ? std::make_shared<permissions::Site>(context.world())
                    : std::make_shared<permissions::Site>(context.world(), *instance, place);
  if (scope.path) {
    // Only the tree's own user matters, whoever runs the instance.
    survey.policy = permissions::adHocPolicy(adHoc(context, scope, survey));
  } else {
    survey.facts = permissions::gatherFacts(*survey.site, *instance, place);
    survey.policy = permissions::findPolicy(
        context.world(), scope.policy.value_or(config::productName(instance->product)));
  }
  survey.expectations = permissions::resolve(survey.site->world(), survey.policy, survey.facts);
  return survey;
}

}  // namespace

std::vector<Survey> survey(Context& context, const config::Instance* instance, const Scope& scope) {
  refuseMixture(scope);
  std::vector<permissions::Place> places{permissions::Place{}};
  if (instance != nullptr) {
    places = permissions::placesOf(context.world(), *instance, scope.hosts);
  }
  std::vector<Survey> surveys;
  for (const auto& place : places) surveys.push_back(surveyOf(context, instance, scope, place));
  return surveys;
}

namespace {

/// Findings that no file has: roles that nobody runs, two users in one role, media that the web
/// server serves by itself.
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

/// Those of the walk, and those that no file has.
std::vector<Finding> findingsOf(const Audited& one) {
  std::vector<Finding> findings = one.audit.findings;
  for (Finding& finding : remarks(one.survey)) findings.push_back(std::move(finding));
  return findings;
}

std::vector<core::CheckResult> checksOf(const Audited& one) {
  std::vector<core::CheckResult> results;
  for (const Finding& finding : findingsOf(one)) results.push_back(permissions::toCheck(finding));
  const core::Outcome worst = checks::worst(results);
  if (worst == core::Outcome::pass || worst == core::Outcome::skip) {
    results.push_back({"permissions.all", one.survey.policy.title, core::Outcome::pass,
                       "everything is as the rules ask", "", ""});
  }
  const std::string place = one.survey.place.inWords();
  if (place.empty()) return results;
  for (core::CheckResult& result : results) result.subject = place + ": " + result.subject;
  return results;
}

core::Json documentOf(const Audited& one) {
  core::Json findings = core::Json::array();
  for (const Finding& finding : findingsOf(one)) findings.push_back(permissions::toJson(finding));
  core::Json people = core::Json::array();
  for (const permissions::Person& person : one.survey.expectations.people) {
    people.push_back(permissions::toJson(person));
  }
  return {
      {"host", one.survey.place.host},
      {"container", one.survey.place.container},
      {"policy", one.survey.policy.file},
      {"people", people},
      {"files", one.audit.files},
      {"folders", one.audit.folders},
      {"kernel_answers", one.audit.asked},
      {"outcome", core::outcomeName(checks::worst(checksOf(one)))},
      {"findings", findings},
      {"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(one.audit.took).count()}};
}

std::string textOf(const Audited& one, bool color) {
  std::string text;
  for (const permissions::Person& person : one.survey.expectations.people) {
    if (person.process == 0) continue;
    text += fmt::format("{}: {} runs as {}, process {}\n", person.role, person.service,
                        person.account, person.process);
  }
  const auto results = checksOf(one);
  text += checks::text(results, color);
  return text + fmt::format("{} and {} looked at, the kernel asked {} times, in {}; {}\n",
                            core::plural(one.audit.files, "file", "files"),
                            core::plural(one.audit.folders, "folder", "folders"), one.audit.asked,
                            core::formatDuration(one.audit.took), checks::summary(results));
}

}  // namespace

std::vector<core::CheckResult> checksOf(const std::vector<Audited>& all) {
  std::vector<core::CheckResult> results;
  for (const Audited& one : all) {
    for (core::CheckResult& result : checksOf(one)) results.push_back(std::move(result));
  }
  return results;
}

core::Json documentOf(const std::vector<Audited>& all) {
  core::Json places = core::Json::array();
  for (const Audited& one : all) places.push_back(documentOf(one));
  return {{"outcome", core::outcomeName(checks::worst(checksOf(all)))}, {"places", places}};
}

std::string textOf(const std::vector<Audited>& all, bool color) {
  std::string text;
  for (const Audited& one : all) {
    const std::string place = one.survey.place.inWords();
    if (!place.empty()) text += out::paint(out::Paint::strong, place, color) + "\n";
    text += textOf(one, color);
  }
  return text;
}

}  // namespace commands::permissions_shared
