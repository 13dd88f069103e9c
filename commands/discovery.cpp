#include "commands/discovery.hpp"

#include "lib/discover/discover.hpp"

namespace commands {

std::vector<config::Instance> discoverInstances(ports::World& world) {
  std::vector<config::Instance> instances;
  for (discover::Discovered& found : discover::find(world).found) {
    instances.push_back(std::move(found.instance));
  }
  return instances;
}

}  // namespace commands
