#pragma once

#include <memory>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/service/state.hpp"

namespace service {

/// Whatever keeps services on a host: systemd, or plain pid files. Start and stop prove on the
/// running system that the state was reached.
/// Errors of start and stop: denied (right or account), timed_out (what still runs, or did not
/// come), undetermined (the state can't be seen, so that nothing was done), failed_check (the
/// command or unit failed; its words).
class Manager {
 public:
  virtual ~Manager() = default;
  /// Changes nothing and never throws for what it can't see: that is Running::unknown.
  virtual ServiceState observe(const config::ServiceSettings& service) = 0;
  /// Already running is good, and nothing is done.
  virtual void start(const config::ServiceSettings& service, core::Duration limit) = 0;
  /// Not running is good, and nothing is done. All processes of the service are gone afterwards.
  virtual void stop(const config::ServiceSettings& service, core::Duration limit) = 0;
  /// The same by hand.
  virtual std::string manualStart(const config::ServiceSettings& service) const = 0;
  virtual std::string manualStop(const config::ServiceSettings& service) const = 0;
};

std::unique_ptr<Manager> makePidFileManager(ports::World& world);
std::unique_ptr<Manager> makeSystemdManager(ports::World& world);

}  // namespace service
