#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/adapters/spawner.hpp"
#include "lib/adapters/ssh/line.hpp"
#include "lib/core/cancel.hpp"
#include "lib/core/secret.hpp"
#include "lib/ports/hosts.hpp"

namespace adapters {

/// What every ssh of ours is told in front of the host: never a question, never an unknown host
/// key. `sockets` is the path of the shared connection's socket.
std::vector<std::string> sshOptions(const ports::HostAddress& address);
/// "-l deploy -p 2222 -- 192.0.2.7": the host, last of the options.
std::vector<std::string> sshTarget(const ports::HostAddress& address);

/// One shared connection of the `ssh` program (ControlMaster), whose socket lies in a folder of its
/// own, with mode 0700; both go with it. At most eight exchanges at once: servers allow ten.
class SshProgramLine : public Line {
 public:
  /// Connects and logs in. `agent` is the path of an agent's socket, or empty. Errors: unreachable,
  /// denied (login refused; host key unknown or changed, with its fingerprint), timed_out,
  /// interrupted, not_found (no ssh program).
  SshProgramLine(std::shared_ptr<Spawner> spawner, core::Cancellation& cancellation,
                 ports::HostAddress address, std::string agent);
  ~SshProgramLine() override;
  std::unique_ptr<ports::Process> start(const RemoteWork& work) override;
  bool alive() override;

 private:
  class Master;
  class Turn;
  struct Turns;

  std::shared_ptr<Spawner> spawner_;
  core::Cancellation& cancellation_;
  core::Cancellation never_;
  ports::HostAddress address_;
  std::string agent_;
  std::string folder_;
  std::shared_ptr<Turns> turns_;
  std::unique_ptr<Master> master_;
};

}  // namespace adapters
