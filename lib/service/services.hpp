#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/progress.hpp"
#include "lib/ports/world.hpp"
#include "lib/service/manager.hpp"
#include "lib/service/state.hpp"

namespace service {

inline constexpr core::Duration kStartLimit = std::chrono::seconds(60);
inline constexpr core::Duration kStopLimit = std::chrono::seconds(60);

/// The services of one instance: started in configured order, stopped in reverse. Keeps references
/// to both arguments. For one thread.
class Services {
 public:
  Services(ports::World& world, const config::Instance& instance);

  /// Errors: not_found (the names that there are).
  const config::ServiceSettings& named(const std::string& name) const;

  ServiceState observe(const config::ServiceSettings& service);
  Details inspect(const config::ServiceSettings& service);
  /// The same with Manager::compareFiles().
  Details inspectAll(const config::ServiceSettings& service);
  void start(const config::ServiceSettings& service, core::Duration limit = kStartLimit);
  void stop(const config::ServiceSettings& service, core::Duration limit = kStopLimit);

  /// As Manager::watchedByCaller(), for starts of all services.
  void watchedByCaller();
  void kill(const config::ServiceSettings& service, core::Duration limit = kStopLimit);
  std::string makeReady(const config::ServiceSettings& service);

  /// Names of those that run, in start order: what a bracket keeps before it stops them.
  /// Errors: undetermined if the state of one can't be seen, with its words.
  std::vector<std::string> running();
  /// Stops these, in reverse start order; those that are stopped already are good. Goes on after a
  /// failure: what can be stopped is; then throws the first error.
  void stopThese(const std::vector<std::string>& names, core::Progress& progress,
                 core::Duration limit_each = kStopLimit);
  /// Starts these, in start order; those that run are good. Stops at the first failure: a worker
  /// without its application is of no use.
  void startThese(const std::vector<std::string>& names, core::Progress& progress,
                  core::Duration limit_each = kStartLimit);

  std::string manualStart(const config::ServiceSettings& service);
  std::string manualStop(const config::ServiceSettings& service);

 private:
  Manager& manager(const config::ServiceSettings& service);
  /// The services of these names, in start order. Errors: not_found.
  std::vector<const config::ServiceSettings*> inOrder(const std::vector<std::string>& names) const;

  const config::Instance& instance_;
  std::unique_ptr<Manager> pid_files_;
  std::unique_ptr<Manager> systemd_;
  std::unique_ptr<Manager> compose_;
};

}  // namespace service
