#pragma once

#include <memory>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/service/details.hpp"

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
  /// All that can be seen, at the cost of several looks. As observe().
  virtual Details inspect(const config::ServiceSettings& service) = 0;
  /// What takes longer to see: whether the files that it was made from say something else by now.
  virtual void compareFiles(const config::ServiceSettings&, Details&) {}
  /// Already running is good, and nothing is done.
  virtual void start(const config::ServiceSettings& service, core::Duration limit) = 0;
  /// Not running is good, and nothing is done. All processes of the service are gone afterwards.
  virtual void stop(const config::ServiceSettings& service, core::Duration limit) = 0;
  /// Ends at once what is left of a service that does not stop (SIGKILL to all its processes).
  virtual void kill(const config::ServiceSettings& service, core::Duration limit) = 0;
  /// Clears what would keep a stopped service from starting: a start limit that was hit, a unit
  /// file that systemd has not read. Says what was done; empty for nothing.
  virtual std::string makeReady(const config::ServiceSettings&) { return {}; }
  /// From now on a start is done when the service runs: whoever calls watches whether it stays.
  void watchedByCaller() { watches_ = false; }
  /// The same by hand.
  virtual std::string manualStart(const config::ServiceSettings& service) const = 0;
  virtual std::string manualStop(const config::ServiceSettings& service) const = 0;

 protected:
  bool watches_ = true;  // a start looks twice, as a program may die at once
};

std::unique_ptr<Manager> makePidFileManager(ports::World& world);
std::unique_ptr<Manager> makeSystemdManager(ports::World& world);
std::unique_ptr<Manager> makeComposeManager(ports::World& world);

}  // namespace service
