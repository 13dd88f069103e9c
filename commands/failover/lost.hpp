#pragma once

#include <string>

#include "commands/failover/shared.hpp"

namespace commands {

struct LostOptions {
  std::string from;  // empty: the only node that is away
  std::string to;    // empty: the most advanced standby
  failover_shared::SwitchOptions how;
};

/// A standby becomes the primary in the place of one that is lost, asked for and carried out; gives
/// the exit status. Errors: refused (the primary answers, a standby has more than the one named,
/// not confirmed), usage (which one is lost is not clear).
int failOver(Context& context, Operation& operation, const cluster::Topology& topology,
             const LostOptions& options);

}  // namespace commands
