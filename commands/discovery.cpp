#include "commands/discovery.hpp"

namespace commands {

std::optional<config::Instance> discoverInstance(ports::World&) { return std::nullopt; }

}  // namespace commands
