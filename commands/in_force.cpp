#include "commands/in_force.hpp"

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/discover/discover.hpp"

namespace commands {
namespace {

InForce lookAround(ports::World& world) {
  InForce found;
  found.discovered = true;
  auto discovery = discover::find(world);
  found.gaps = std::move(discovery.gaps);
  for (auto& one : discovery.found) {
    found.config.instances.push_back(std::move(one.instance));
    found.config.origins.merge(one.origins);
    found.gaps.insert(found.gaps.end(), one.gaps.begin(), one.gaps.end());
  }
  return found;
}

void keepOnly(InForce& found, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& instance : found.config.instances) names.push_back(instance.name);
  std::erase_if(found.config.instances, [&](const auto& one) { return one.name != name; });
  if (!found.config.instances.empty()) return;
  const auto near = core::nearest(name, names);
  throw core::Error(core::Kind::not_found, "no instance is called '" + core::printable(name) + "'",
                    (near.empty() ? "" : "Did you mean " + near.front() + "? ") +
                        ("There is: " + core::join(names, ", ") + "."));
}

}  // namespace

std::string InForce::source() const {
  return discovered ? "no configuration file; found by looking at this host" : config.file;
}

std::vector<core::CheckResult> InForce::otherGaps() const {
  std::vector<core::CheckResult> others;
  for (const auto& gap : gaps) {
    const bool told = gap.id == "discover.services" || gap.id == "discover.version";
    if (!told) others.push_back(gap);
  }
  return others;
}

InForce inForce(Context& context) {
  InForce found =
      context.config() ? InForce{*context.config(), false, {}} : lookAround(context.world());
  if (found.config.instances.empty()) {
    std::string why;
    for (const auto& gap : found.gaps) why += "\n" + gap.subject + ": " + gap.found;
    throw core::Error(
        core::Kind::not_found,
        "nothing is configured, and no NetBox or Nautobot was found on this host" + why,
        "Name a configuration with --config FILE, an installation with `sotctl init --root DIR`, "
        "or try one in a sandbox: `sotctl sandbox up`.");
  }
  if (context.globals().instance) keepOnly(found, *context.globals().instance);
  return found;
}

}  // namespace commands
