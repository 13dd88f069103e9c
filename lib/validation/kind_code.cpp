#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/judge.hpp"
#include "lib/service/probe.hpp"
#include "lib/service/release.hpp"
#include "lib/service/services.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

void needServices(const Site& site) {
  if (!site.instance.services.empty()) return;
  throw core::Error(core::Kind::undetermined, "no services of the instance are known",
                    fmt::format("Name them in [[instance.{}.service]].", site.instance.name));
}

checks::CheckResult askServices(const Site& site) {
  needServices(site);
  std::vector<const config::ServiceSettings*> all;
  for (const auto& service : site.instance.services) all.push_back(&service);
  const auto results =
      service::judgeFolded(service::lookAt(site.world, site.instance, all), site.world.clock.now());
  return combined("services", results,
                  core::plural(static_cast<std::int64_t>(site.instance.services.size()),
                               "service runs", "services run"));
}

checks::CheckResult askProbes(const Site& site) {
  const auto results = service::probe(site.world, site.instance);
  if (results.empty()) {
    throw core::Error(core::Kind::undetermined, "no probe is configured",
                      fmt::format("Name one in [[instance.{}.probe]].", site.instance.name));
  }
  return combined(
      "probes", results,
      core::plural(static_cast<std::int64_t>(results.size()), "request is", "requests are") +
          " answered as expected");
}

checks::CheckResult askCode(const Site& site) {
  needServices(site);
  const auto release = service::releaseOf(site.world.files, site.instance);
  service::Services looker(site.world, site.instance);
  std::vector<core::CheckResult> results;
  for (const auto& service : site.instance.services) {
    if (!service::runsCode(service.role)) continue;
    core::CheckResult one{{}, service.name, Outcome::pass, {}, {}, {}};
    const auto details = looker.inspect(service);
    if (details.state.running != service::Running::yes) {
      one.outcome =
          details.state.running == service::Running::no ? Outcome::fail : Outcome::unknown;
      one.found = details.state.words;
    } else if (const auto old = service::oldCode(service, details, site.instance, release);
               !old.empty()) {
      one.outcome = Outcome::fail;
      one.found = old;
      one.hint = "`sotctl service restart` starts the present code.";
    } else if (!details.process && details.image.empty()) {
      one.outcome = Outcome::unknown;
      one.found = "its process can't be seen";
    }
    results.push_back(std::move(one));
  }
  return combined("code that runs", results,
                  release.root.empty() ? "no process is older than its code"
                                       : "all processes run what is in " + release.root);
}

checks::CheckResult askUser(const Site& site, const checks::Arguments& arguments) {
  needServices(site);
  const std::string wanted = arguments.text("user", "");
  service::Services looker(site.world, site.instance);
  std::vector<core::CheckResult> results;
  std::vector<std::string> seen;
  for (const auto& service : site.instance.services) {
    if (!service::runsCode(service.role)) continue;
    core::CheckResult one{{}, service.name, Outcome::pass, {}, {}, {}};
    const auto details = looker.inspect(service);
    const std::string expected = wanted.empty() ? service.user : wanted;
    const std::string account = details.process ? details.process->account : "";
    one.found = "runs as " + account;
    if (account.empty()) {
      one.outcome = Outcome::unknown;
      one.found =
          details.state.running == service::Running::no ? "does not run" : "its user can't be seen";
    } else if (!expected.empty() && account != expected) {
      one.outcome = Outcome::fail;
      one.wanted = "user " + expected;
    } else if (account == "root" && expected != "root") {
      one.outcome = Outcome::fail;
      one.wanted = "a user of its own, not root";
    }
    if (!account.empty() && std::find(seen.begin(), seen.end(), account) == seen.end()) {
      seen.push_back(account);
    }
    results.push_back(std::move(one));
  }
  auto result = combined("runtime user", results, "all run as " + core::join(seen, ", "));
  if (result.outcome == Outcome::pass && seen.size() > 1) {
    result.outcome = Outcome::warn;
    result.found =
        "several users: " + core::join(seen, ", ") + "; what one writes another can't change";
  }
  return result;
}

}  // namespace

void addCode(checks::Kinds& kinds, const Site& site) {
  kinds.add("services",
            {{}, {}, false, [site](const checks::Arguments&) { return askServices(site); }});
  kinds.add("probes",
            {{}, {}, false, [site](const checks::Arguments&) { return askProbes(site); }});
  kinds.add("current-code",
            {{}, {}, false, [site](const checks::Arguments&) { return askCode(site); }});
  kinds.add("runtime-user", {{}, {"user"}, false, [site](const checks::Arguments& arguments) {
                               return askUser(site, arguments);
                             }});
}

}  // namespace validation
