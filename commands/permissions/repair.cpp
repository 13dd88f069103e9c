#include "lib/permissions/repaired.hpp"

#include <fmt/format.h>

#include "commands/operation.hpp"
#include "commands/permissions/permissions.hpp"
#include "commands/permissions/shared.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

using permissions_shared::Survey;

struct PermissionsRepairOptions {
  permissions_shared::Scope scope;
};

void bind(Arguments& arguments, PermissionsRepairOptions& options) {
  permissions_shared::bind(arguments, options.scope);
}

/// Whether a rule says what owner, mode or ACL must be there; others only look.
bool changesBelow(const permissions::Expectations& expectations, const std::string& root) {
  for (const permissions::Expectation& rule : expectations.rules) {
    const std::string base = rule.pattern.base();
    const bool here = base == root || base.starts_with(root + "/");
    if (here && (rule.uid || rule.gid || rule.folders || rule.files || rule.no_acl)) return true;
  }
  return false;
}

step::Plan planFor(Operation& operation, const std::vector<Survey>& surveys) {
  step::Plan plan;
  plan.id = operation.store().newId();
  plan.verb = "permissions repair";
  plan.instance = operation.instance().name;
  plan.title = fmt::format("repair owners and modes by {}", surveys.front().policy.file);
  plan.facts = {{"policy", surveys.front().policy.file}, {"locks", "hosts"}};
  for (const Survey& survey : surveys) {
    for (const std::string& root : survey.expectations.roots()) {
      const bool there = survey.site->world().itsTrees().attributes(root).has_value();
      if (!there || !changesBelow(survey.expectations, root)) continue;
      const std::string list = fmt::format("{}/changes-{}.jsonl", operation.store().folder(plan.id),
                                           plan.steps.size() + 1);
      plan.steps.push_back(permissions::repairStep(survey.place, root, survey.expectations, list));
    }
  }
  if (plan.steps.empty()) {
    throw core::Error(core::Kind::refused, "no rule's path is there, or none says what must hold",
                      "See what the policy is for with: sotctl permissions audit");
  }
  return plan;
}

/// Looks again at everything: what was repaired, and whether everybody can do what he must now.
Report auditAgain(Context& context, const std::vector<Survey>& surveys) {
  std::vector<permissions_shared::Audited> all;
  for (const Survey& survey : surveys) {
    all.push_back({survey, permissions::audit(*survey.site, survey.expectations)});
  }
  Report report;
  report.document["audit"] = permissions_shared::documentOf(all);
  report.text = permissions_shared::textOf(all, context.out().settings().color);
  return report;
}

int run(Context& context, const PermissionsRepairOptions& options) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::hosts);
  operation.refuseUnfinished();
  const auto surveys = permissions_shared::survey(context, &instance, options.scope);
  Execution execution;
  execution.plan = planFor(operation, surveys);
  execution.asks = Asks::yes;
  execution.report = [&](const step::Run&) { return auditAgain(context, surveys); };
  return execute(context, operation, execution);
}

}  // namespace

Verb permissionsRepair() {
  return makeVerb<PermissionsRepairOptions>(
      {"repair",
       "give files the owners and modes that the rules ask for, and nothing else",
       "Changes only what differs, so that all other files keep the time of their last change. "
       "Never follows a link, never leaves the file system of the tree, and leaves files with "
       "several hard links and special files alone. Folders and files have their own modes; only "
       "the bits that must change do, and no file becomes executable. What was there before is "
       "kept with the run: `sotctl run undo` puts it back, except where somebody changed it "
       "meanwhile. Afterwards everything is audited again. On other hosts and in containers as "
       "`audit` looks there.",
       {"sotctl permissions repair", "sotctl permissions repair --dry-run",
        "sotctl permissions repair --path /opt/netbox/netbox/media --user netbox --group www-data"},
       {{3, "the policy or the configuration is wrong"},
        {4, "there is no such instance, policy, folder, user or group"},
        {5, "declined, nobody to ask, or no rule's path is there"},
        {6, "another run is at work or unfinished"},
        {7, "a host can't be reached"},
        {8, "only root can give files away"},
        {12, "the repair is incomplete; resume or abort it"}},
       {}},
      bind, run);
}

}  // namespace commands
