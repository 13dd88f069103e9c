#pragma once

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/progress.hpp"
#include "lib/hosts/parallel.hpp"
#include "lib/ports/world.hpp"
#include "lib/service/manager.hpp"
#include "lib/service/state.hpp"

namespace service {

inline constexpr core::Duration kStartLimit = std::chrono::seconds(60);
inline constexpr core::Duration kStopLimit = std::chrono::seconds(60);

/// The services of one instance, each on its host: started in configured order, stopped in reverse.
/// Keeps references to both arguments. For one thread.
class Services {
 public:
  Services(ports::World& world, const config::Instance& instance);

  /// Errors: not_found (the names that there are).
  const config::ServiceSettings& named(const std::string& name) const;
  /// The same of each host, where `name` is that of a service on several. Errors: as named().
  std::vector<const config::ServiceSettings*> allNamed(const std::string& name) const;

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

  /// The states of these, in their order: hosts side by side. A host that can't be reached makes
  /// its services unknown, in words.
  std::vector<ServiceState> observeAll(const std::vector<const config::ServiceSettings*>& services);

  /// Names of those that run, in start order: what a bracket keeps before it stops them.
  /// Errors: undetermined if the state of one can't be seen, with its words.
  std::vector<std::string> running();
  /// Stops these, in reverse start order, the same service of several hosts side by side; those
  /// that are stopped already are good. Goes on after a failure: what can be stopped is; then
  /// throws the first error.
  void stopThese(const std::vector<std::string>& names, core::Progress& progress,
                 core::Duration limit_each = kStopLimit);
  /// Starts these, likewise in start order; those that run are good. Stops at the first failure on
  /// a host: a worker without its application is of no use. Other hosts are gone on with; then
  /// throws the first error.
  void startThese(const std::vector<std::string>& names, core::Progress& progress,
                  core::Duration limit_each = kStartLimit);

  /// As a line for a shell of the host that runs sotctl.
  std::string manualStart(const config::ServiceSettings& service);
  std::string manualStop(const config::ServiceSettings& service);

  /// The services of these names, in start order. Errors: not_found.
  std::vector<const config::ServiceSettings*> inOrder(const std::vector<std::string>& names) const;
  /// Those of `services` that stand together and are one service on several hosts.
  static std::vector<std::vector<const config::ServiceSettings*>> together(
      const std::vector<const config::ServiceSettings*>& services);
  /// Does the same with each, hosts side by side; one error or none for each. `deed` gets a
  /// Services that belongs to its thread.
  using Deed = std::function<void(Services&, const config::ServiceSettings&)>;
  std::vector<std::exception_ptr> forEach(
      const std::vector<const config::ServiceSettings*>& services, const hosts::Limits& limits,
      const Deed& deed);

 private:
  Manager& manager(const config::ServiceSettings& service);
  std::string byHand(const config::ServiceSettings& service, const std::string& line) const;
  /// Does `deed`; if the connection is lost meanwhile, again once the host is back: what the host
  /// went on with is then seen, and good.
  void surviving(const config::ServiceSettings& service, core::Duration limit,
                 const std::function<void()>& deed);

  ports::World& world_;
  const config::Instance& instance_;
  bool watched_by_caller_ = false;
  /// By host and kind; made at first use, as a host that nobody asks for must not be reached.
  std::map<std::pair<std::string, config::ServiceManager>, std::unique_ptr<Manager>> managers_;
};

}  // namespace service
