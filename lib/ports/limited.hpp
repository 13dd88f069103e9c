#pragma once

#include <chrono>
#include <memory>

#include "lib/ports/world.hpp"

namespace ports {

/// How many programs and sessions may be open at once, over all that share it.
class Gate;
std::shared_ptr<Gate> makeGate(std::size_t programs, std::size_t sessions);

/// The ports of a world until a moment of the steady clock: each program, request, session and
/// sleep gets at most what is left, and fails with timed_out when nothing is. Files of this host
/// and the ports of other hosts are as they are. Waits its turn at the gate.
class LimitedWorld {
 public:
  LimitedWorld(World& real, std::chrono::steady_clock::time_point until,
               std::shared_ptr<Gate> gate);
  ~LimitedWorld();
  World& world() { return world_; }

 private:
  std::unique_ptr<Shell> shell_;
  std::unique_ptr<SqlServer> sql_;
  std::unique_ptr<Http> http_;
  std::unique_ptr<Clock> clock_;
  World world_;
};

}  // namespace ports
