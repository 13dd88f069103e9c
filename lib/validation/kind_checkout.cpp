#include <fmt/format.h>

#include <algorithm>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

ports::Outcome git(ports::World& world, const std::string& folder, std::vector<std::string> words) {
  ports::Command command{
      {"git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", folder}};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.environment["GIT_OPTIONAL_LOCKS"] = core::Secret("0");  // `git status` writes otherwise
  command.environment["GIT_TERMINAL_PROMPT"] = core::Secret("0");
  command.mutates = false;
  return world.shell.run(command);
}

/// One folder on one host: at the wanted revision, and as that revision has it.
core::CheckResult look(ports::World& world, const std::string& host, const std::string& folder,
                       const std::string& wanted) {
  core::CheckResult result{{}, host.empty() ? folder : host + ":" + folder, Outcome::fail, {}, {},
                           {}};
  const auto head = git(world, folder, {"rev-parse", "HEAD"});
  if (!head.ok()) {
    const bool none = head.err.find("not a git repository") != std::string::npos ||
                      head.err.find("cannot change to") != std::string::npos;
    result.outcome = none ? Outcome::fail : Outcome::unknown;
    result.found = core::redacted(head.inWords());
    return result;
  }
  const std::string revision(core::trim(head.out));
  const auto changes = git(world, folder, {"status", "--porcelain"});
  if (!changes.ok()) {
    result.outcome = Outcome::unknown;
    result.found = changes.inWords();
    return result;
  }
  const auto changed = core::split(core::trim(changes.out), '\n');
  if (!core::trim(changes.out).empty()) {
    result.found = fmt::format("has local changes: {}", core::printable(someOf(changed, 3)));
    return result;
  }
  if (!wanted.empty()) {
    const auto meant =
        git(world, folder, {"rev-parse", "--verify", "--quiet", wanted + "^{commit}"});
    const std::string target = meant.ok() ? std::string(core::trim(meant.out)) : wanted;
    if (target != revision) {
      result.found = fmt::format("is at {}", revision.substr(0, 12));
      result.wanted =
          wanted + (meant.ok() ? " (" + target.substr(0, 12) + ")" : ", which it does not have");
      return result;
    }
  }
  result.outcome = Outcome::pass;
  result.found = revision;
  return result;
}

checks::CheckResult askCheckout(const Site& site, const checks::Arguments& arguments) {
  const std::string folder = arguments.text("folder");
  const std::string wanted = arguments.text("revision", "");
  std::vector<core::CheckResult> results;
  for (const auto& host : site.instance.hosts) {
    const auto& roles = host.roles;
    if (std::find(roles.begin(), roles.end(), config::HostRole::frontend) == roles.end()) continue;
    const std::string& name = host.address.name;
    try {
      results.push_back(
          look(config::worldOf(site.world, site.instance, name), name, folder, wanted));
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      results.push_back({{}, name, Outcome::unknown, error.what(), {}, error.hint()});
    }
  }
  if (results.empty()) results.push_back(look(site.world, "", folder, wanted));
  auto result = combined("checkout " + core::printable(folder), results,
                         "at " + results.front().found.substr(0, 12) + ", without local changes");
  for (const auto& one : results) {
    const bool differs = result.outcome == Outcome::pass && one.found != results.front().found;
    if (!differs) continue;
    result.outcome = Outcome::fail;
    result.found = "the frontends are at different revisions: " + one.found.substr(0, 12) +
                   " and " + results.front().found.substr(0, 12);
  }
  return result;
}

}  // namespace

void addCheckout(checks::Kinds& kinds, const Site& site) {
  kinds.add("checkout",
            {{"folder"}, {"revision"}, false, [site](const checks::Arguments& arguments) {
               return askCheckout(site, arguments);
             }});
}

}  // namespace validation
