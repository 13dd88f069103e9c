#include "commands/discovery.hpp"

#include "lib/discover/discover.hpp"

namespace commands {

std::optional<config::Instance> discoverInstance(ports::World& world) {
  auto discovery = discover::find(world);
  if (discovery.found.empty()) return std::nullopt;
  return std::move(discovery.found.front().instance);
}

}  // namespace commands
