#include "lib/permissions/audit.hpp"

#include <fmt/format.h>

#include <map>

#include "commands/check_forms.hpp"
#include "commands/permissions/permissions.hpp"
#include "commands/permissions/shared.hpp"
#include "lib/application/password.hpp"
#include "lib/checks/sheet.hpp"
#include "lib/core/error.hpp"
#include "lib/permissions/trial.hpp"
#include "lib/permissions/upload.hpp"

namespace commands {
namespace {

using permissions_shared::Audited;
using permissions_shared::Survey;

struct PermissionsAuditOptions {
  permissions_shared::Scope scope;
  bool write_test = false;
  std::optional<std::string> token;
};

void bind(Arguments& arguments, PermissionsAuditOptions& options) {
  permissions_shared::bind(arguments, options.scope);
  arguments.flag("--write-test", options.write_test,
                 "also create, read back and delete a file in each writable folder, as its user");
  arguments.option("--upload-token", "FILE", options.token,
                   "also upload and delete an image through the application, with the API token in "
                   "this file");
}

/// The instance that is meant; a tree can be looked at on a host without one.
const config::Instance* instanceFor(Context& context, const PermissionsAuditOptions& options) {
  const bool tree_alone = options.scope.path && options.scope.hosts.empty() && !options.token;
  return tree_alone ? permissions_shared::onlyInstance(context) : &context.instance(Need::look);
}

permissions::Finding leftOut(const std::string& what) {
  permissions::Finding finding;
  finding.kind = permissions::Finding::Kind::writing;
  finding.outcome = core::Outcome::skip;
  finding.place = what;
  finding.found = "left out in a dry run: it writes";
  return finding;
}

void tryWrites(Context& context, const PermissionsAuditOptions& options, const Survey& survey,
               permissions::Audit& audit) {
  if (!options.write_test) return;
  if (context.globals().dry_run) return audit.findings.push_back(leftOut("write test"));
  for (auto& finding : permissions::tryWrites(survey.site->world(), survey.expectations)) {
    audit.findings.push_back(std::move(finding));
  }
}

/// The application is one, wherever its files lie: tried once.
void tryUpload(Context& context, const PermissionsAuditOptions& options,
               const config::Instance* instance, permissions::Audit& audit) {
  if (!options.token) return;
  if (context.globals().dry_run) return audit.findings.push_back(leftOut("upload"));
  const config::PasswordReference file{config::PasswordReference::From::file,
                                       context.world().caller.absolute(*options.token)};
  const core::Secret token = application::resolvePassword(context.world(), *instance, file);
  audit.findings.push_back(permissions::tryUpload(context.world(), *instance, token));
}

/// The findings, each under a name of its own: several of one kind are told apart by their place.
checks::Sheet sheetOf(const std::vector<Audited>& all, const config::Instance* instance) {
  auto results = permissions_shared::checksOf(all);
  std::map<std::string, int> times;
  for (core::CheckResult& result : results) {
    if (result.id != "permissions.all" || all.size() > 1) result.id += ":" + result.subject;
    const int time = ++times[result.id];
    if (time > 1) result.id += fmt::format("#{}", time);
  }
  return checks::sheetOf(all.front().survey.policy.title, "permissions",
                         instance == nullptr ? "" : instance->name, results);
}

int run(Context& context, const PermissionsAuditOptions& options) {
  const auto began = context.world().clock.now();
  const config::Instance* instance = instanceFor(context, options);
  std::vector<Audited> all;
  for (const Survey& survey : permissions_shared::survey(context, instance, options.scope)) {
    Audited one{survey, permissions::audit(*survey.site, survey.expectations)};
    tryWrites(context, options, survey, one.audit);
    if (all.empty()) tryUpload(context, options, instance, one.audit);
    all.push_back(std::move(one));
  }
  checks::Sheet sheet = sheetOf(all, instance);
  sheet.host = context.world().caller.host;
  sheet.at = began;
  sheet.took = context.world().clock.now() - began;
  return sayChecks(context, sheet, permissions_shared::textOf(all, context.out().settings().color),
                   permissions_shared::documentOf(all));
}

}  // namespace

Verb permissionsAudit() {
  return makeVerb<PermissionsAuditOptions>(
      {"audit",
       "compare owners, modes and real access with what the application needs",
       "Finds out who runs the application, its workers and the web server from their processes, "
       "walks the paths of the policy, and says what differs from it and who can't do what he "
       "must. Access is judged by owner, mode and ACL and asked of the kernel as that user, in the "
       "file system as his process sees it; where both disagree, that is a finding. What is alike "
       "is told once, with its number. Nothing is changed, except by --write-test and "
       "--upload-token, which take away again what they made.\n\n"
       "Every host that runs the instance is looked at, and where compose keeps the application, "
       "what its container sees. The policies for NetBox and Nautobot are built in; one in "
       "/etc/sotctl/policies of the same name stands instead. With --path a single tree is looked "
       "at, on any host.",
       {"sotctl permissions audit", "sotctl permissions audit --write-test --host web1",
        "sotctl permissions audit --upload-token /etc/sotctl/api-token",
        "sotctl permissions audit --path /opt/netbox/netbox/media --user netbox --group www-data",
        "sotctl permissions audit --policy ours.toml -o json", "sotctl permissions audit -o junit"},
       {{3, "the policy or the configuration is wrong"},
        {4, "there is no such instance, host, policy, folder, user or group"},
        {5, "no rule's path is there, or it belongs to the system as a whole"},
        {7, "a host can't be reached"},
        {10, "something differs, or somebody can't do what he must"},
        {13, "something could not be looked at"}},
       {}},
      bind, run);
}

}  // namespace commands
