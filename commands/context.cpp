#include "commands/context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/discovery.hpp"
#include "lib/cluster/primary.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

std::vector<std::string> namesOf(const std::vector<const config::Instance*>& instances) {
  std::vector<std::string> names;
  for (const config::Instance* instance : instances) names.push_back(instance->name);
  return names;
}

}  // namespace

Context::Context(ports::World& world, const Globals& globals, out::Output& out,
                 std::string state_folder, std::string xdg_config_home)
    : world_(world),
      globals_(globals),
      out_(out),
      state_folder_(std::move(state_folder)),
      xdg_config_home_(std::move(xdg_config_home)) {}

const std::optional<config::Config>& Context::config() {
  if (!loaded_) config_ = config::load(world_, globals_.config, xdg_config_home_);
  loaded_ = true;
  return config_;
}

std::string Context::stateFolder() {
  const std::optional<config::Config>& file = config();
  return file && !file->state.empty() ? file->state : state_folder_;
}

/// What is configured; discovered instances only where nothing is.
std::vector<const config::Instance*> Context::known() {
  std::vector<const config::Instance*> instances;
  if (config() && settled_.empty()) {
    settled_ = config()->instances;
    for (config::Instance& instance : settled_) cluster::pointAtPrimary(world_, instance);
  }
  for (const config::Instance& instance : settled_) instances.push_back(&instance);
  if (!instances.empty()) return instances;
  if (!looked_around_) discovered_ = discoverInstances(world_);
  looked_around_ = true;
  for (const config::Instance& instance : discovered_) instances.push_back(&instance);
  return instances;
}

const config::Instance& Context::named(const std::string& name) {
  const auto instances = known();
  const auto found =
      std::find_if(instances.begin(), instances.end(),
                   [&](const config::Instance* instance) { return instance->name == name; });
  if (found != instances.end()) return **found;
  const auto names = namesOf(instances);
  const auto near = core::nearest(name, names);
  std::string hint = "Nothing is configured and no installation was found on this host.";
  if (!names.empty()) hint = fmt::format("There is: {}.", core::join(names, ", "));
  if (!near.empty()) hint = fmt::format("Did you mean {}? {}", near.front(), hint);
  throw core::Error(core::Kind::not_found,
                    fmt::format("no instance is called '{}'", core::printable(name)), hint);
}

const config::Instance& Context::instance(Need need) {
  if (globals_.instance) return named(*globals_.instance);
  const auto instances = known();
  if (instances.size() == 1) return *instances.front();
  if (instances.empty()) {
    throw core::Error(core::Kind::not_found,
                      "no instance is configured, and no NetBox or Nautobot was found on this host",
                      "Name a configuration with --config FILE, or try one in a sandbox: "
                      "`sotctl sandbox up`.");
  }
  throw core::Error(core::Kind::usage,
                    fmt::format("{} are here: {}",
                                core::plural(static_cast<std::int64_t>(instances.size()),
                                             "instance", "instances"),
                                core::join(namesOf(instances), ", ")),
                    need == Need::change ? "Say which one is to be changed: --instance NAME."
                                         : "Say which one is meant: --instance NAME.");
}

std::vector<const config::Instance*> Context::instances() {
  if (globals_.instance) return {&named(*globals_.instance)};
  auto instances = known();
  if (instances.empty()) instances.push_back(&instance(Need::look));
  return instances;
}

ports::World& Context::host(const config::Instance& instance, const std::string& name) {
  return config::worldOf(world_, instance, name);
}

bool Context::accepted(const std::string& refusal) const {
  const auto& list = globals_.accept;
  return std::find(list.begin(), list.end(), refusal) != list.end();
}

}  // namespace commands
