#include "lib/discover/discover.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/discover/builder.hpp"
#include "lib/discover/compose.hpp"
#include "lib/discover/roots.hpp"
#include "lib/service/unit_list.hpp"

namespace discover {
namespace {

// Of docker, and of podman's stand-in for it.
constexpr const char* kEngineSocket = "/run/docker.sock";

std::vector<service::Unit> unitsOfHost(ports::World& world, std::vector<core::CheckResult>& gaps) {
  if (!service::systemdRuns(world)) return {};
  try {
    return service::unitsNamed(world, {"netbox", "nautobot"});
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    gaps.push_back({"discover.units", "units of systemd", core::Outcome::unknown, error.what(), "",
                    "Run `systemctl list-unit-files` to see what keeps it from answering."});
    return {};
  }
}

std::vector<Root> rootsOfHost(ports::World& world, const std::vector<service::Unit>& units,
                              const std::optional<std::string>& folder,
                              std::vector<core::CheckResult>& gaps) {
  if (!folder) return findRoots(world, units, gaps);
  if (auto root = rootAt(world.files, *folder, "named folder")) return {*root};
  throw core::Error(core::Kind::not_found,
                    "there is no NetBox or Nautobot in " + core::printable(*folder),
                    "The root of a NetBox holds netbox/manage.py, that of a Nautobot "
                    "nautobot_config.py.");
}

/// The product's name; with a number from the second one on.
std::string nameFor(config::Product of, const std::vector<Discovered>& found) {
  const std::string product = config::productName(of);
  const auto before = std::count_if(found.begin(), found.end(), [&](const Discovered& one) {
    return one.instance.product == of;
  });
  return before == 0 ? product : fmt::format("{}-{}", product, before + 1);
}

void requireName(const std::string& name) {
  if (config::validInstanceName(name)) return;
  throw core::Error(core::Kind::usage, "'" + core::printable(name) + "' can't name an instance",
                    "A name has 1 to 32 lower-case letters, digits, - and _, and begins with a "
                    "letter or digit.");
}

[[noreturn]] void refuseName(const std::vector<Root>& roots,
                             const std::vector<ComposeProject>& projects) {
  std::vector<std::string> paths;
  for (const Root& root : roots) paths.push_back(core::printable(root.path));
  for (const auto& one : projects) paths.push_back("compose project " + core::printable(one.name));
  throw core::Error(core::Kind::usage,
                    "one name can't fit several installations: " + core::join(paths, ", "),
                    "Choose one with --root DIR.");
}

Discovered discoverOne(ports::World& world, const Root& root, std::string name,
                       const std::vector<service::Unit>& units) {
  Builder builder(world, root, std::move(name));
  builder.takeUnits(units);
  builder.takePaths();
  builder.takeVersion();
  builder.takeSettings();
  builder.takeProbe();
  return builder.take();
}

}  // namespace

Discovery find(ports::World& world, const std::optional<std::string>& root,
               const std::optional<std::string>& name, const std::optional<std::string>& engine) {
  if (name) requireName(*name);
  Discovery discovery;
  const auto units = unitsOfHost(world, discovery.gaps);
  const auto roots = rootsOfHost(world, units, root, discovery.gaps);
  std::vector<ComposeProject> projects;
  if (!root && (engine || world.files.info(kEngineSocket))) {
    projects = findProjects(world, engine.value_or(""), discovery.gaps);
  }
  if (name && roots.size() + projects.size() > 1) refuseName(roots, projects);
  for (const Root& one : roots) {
    discovery.found.push_back(
        discoverOne(world, one, name.value_or(nameFor(one.product, discovery.found)), units));
  }
  for (const ComposeProject& one : projects) {
    discovery.found.push_back(discoverProject(
        one, name.value_or(nameFor(one.product, discovery.found)), engine.value_or("")));
  }
  return discovery;
}

}  // namespace discover
