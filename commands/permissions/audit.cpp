#include "lib/permissions/audit.hpp"

#include <fmt/format.h>

#include "commands/permissions/permissions.hpp"
#include "commands/permissions/shared.hpp"
#include "lib/checks/report.hpp"
#include "lib/permissions/trial.hpp"

namespace commands {
namespace {

struct PermissionsAuditOptions {
  permissions_shared::Scope scope;
  bool write_test = false;
};

void bind(Arguments& arguments, PermissionsAuditOptions& options) {
  permissions_shared::bind(arguments, options.scope);
  arguments.flag("--write-test", options.write_test,
                 "also create, read back and delete a file in each writable folder, as its user");
}

/// The instance that is meant; a tree can be looked at on a host without one.
const config::Instance* instanceFor(Context& context, const permissions_shared::Scope& scope) {
  return scope.path ? nullptr : &context.instance(Need::look);
}

int run(Context& context, const PermissionsAuditOptions& options) {
  const auto survey =
      permissions_shared::survey(context, instanceFor(context, options.scope), options.scope);
  permissions::Audit audit = permissions::audit(context.world(), survey.expectations);
  if (options.write_test) {
    for (auto& finding : permissions::tryWrites(context.world(), survey.expectations)) {
      audit.findings.push_back(std::move(finding));
    }
  }
  context.out().result(permissions_shared::documentOf(survey, audit),
                       permissions_shared::textOf(survey, audit, context.out().settings().color));
  return checks::exitStatus(permissions_shared::checksOf(survey, audit));
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
       "is told once, with its number. Nothing is changed, except by --write-test.\n\n"
       "The policies for NetBox and Nautobot are built in; one in /etc/sotctl/policies of the same "
       "name stands instead. With --path a single tree is looked at, on any host.",
       {"sotctl permissions audit", "sotctl permissions audit --write-test",
        "sotctl permissions audit --path /opt/netbox/netbox/media --user netbox --group www-data",
        "sotctl permissions audit --policy /root/ours.toml -o json"},
       {{3, "the policy or the configuration is wrong"},
        {4, "there is no such instance, policy, folder, user or group"},
        {5, "no rule's path is there, or it belongs to the system as a whole"},
        {10, "something differs, or somebody can't do what he must"},
        {13, "something could not be looked at"}},
       {}},
      bind, run);
}

}  // namespace commands
