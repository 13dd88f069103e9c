#include <fmt/format.h>

#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/permissions/audit.hpp"
#include "lib/permissions/facts.hpp"
#include "lib/permissions/trial.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

permissions::Expectations expected(const Site& site, permissions::Site& here,
                                   const checks::Arguments& arguments) {
  const auto policy = permissions::findPolicy(
      site.world, arguments.text("policy", config::productName(site.instance.product)));
  return permissions::resolve(here.world(), policy,
                              permissions::gatherFacts(here, site.instance, {}));
}

checks::CheckResult told(const std::string& subject, const permissions::Expectations& expectations,
                         const std::vector<permissions::Finding>& findings,
                         const std::string& well) {
  std::vector<core::CheckResult> results;
  for (const auto& finding : findings) results.push_back(permissions::toCheck(finding));
  for (const auto& words : expectations.unclear) {
    results.push_back({{}, subject, core::Outcome::unknown, words, {}, {}});
  }
  auto result = combined(subject, results, well);
  if (results.empty()) result.outcome = core::Outcome::pass;
  return result;
}

checks::CheckResult askAudit(const Site& site, const checks::Arguments& arguments) {
  permissions::Site here(site.world);
  const auto expectations = expected(site, here, arguments);
  const auto audit = permissions::audit(here, expectations);
  return told(
      "permissions", expectations, audit.findings,
      fmt::format("{} and {} are as the policy asks", core::plural(audit.files, "file", "files"),
                  core::plural(audit.folders, "folder", "folders")));
}

checks::CheckResult askWrite(const Site& site, const checks::Arguments& arguments) {
  permissions::Site here(site.world);
  const auto expectations = expected(site, here, arguments);
  return told("write test", expectations, permissions::tryWrites(site.world, expectations),
              "each user that must write made, read and deleted a file");
}

}  // namespace

void addPermissions(checks::Kinds& kinds, const Site& site) {
  kinds.add("permissions", {{}, {"policy"}, false, [site](const checks::Arguments& arguments) {
                              return askAudit(site, arguments);
                            }});
  kinds.add("write-test", {{}, {"policy"}, true, [site](const checks::Arguments& arguments) {
                             return askWrite(site, arguments);
                           }});
}

}  // namespace validation
