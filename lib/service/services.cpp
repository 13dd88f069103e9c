#include "lib/service/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {

const char* runningName(Running running) {
  switch (running) {
    case Running::yes:
      return "running";
    case Running::no:
      return "stopped";
    case Running::unknown:
      return "unknown";
  }
  return "unknown";
}

Services::Services(ports::World& world, const config::Instance& instance)
    : instance_(instance),
      pid_files_(makePidFileManager(world)),
      systemd_(makeSystemdManager(world)),
      compose_(makeComposeManager(world)) {}

Manager& Services::manager(const config::ServiceSettings& service) {
  switch (service.manager) {
    case config::ServiceManager::systemd:
      return *systemd_;
    case config::ServiceManager::pid_file:
      return *pid_files_;
    case config::ServiceManager::compose:
      return *compose_;
  }
  return *systemd_;
}

const config::ServiceSettings& Services::named(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& service : instance_.services) {
    if (service.name == name) return service;
    names.push_back(service.name);
  }
  const auto near = core::nearest(name, names);
  std::string hint = near.empty() ? "" : "Did you mean " + core::join(near, " or ") + "? ";
  hint += names.empty() ? "It has no services at all." : "It has: " + core::join(names, ", ") + ".";
  throw core::Error(
      core::Kind::not_found,
      fmt::format("instance {} has no service {}", instance_.name, core::printable(name)), hint);
}

ServiceState Services::observe(const config::ServiceSettings& service) {
  return manager(service).observe(service);
}

Details Services::inspect(const config::ServiceSettings& service) {
  return manager(service).inspect(service);
}

Details Services::inspectAll(const config::ServiceSettings& service) {
  Details details = manager(service).inspect(service);
  manager(service).compareFiles(service, details);
  return details;
}

void Services::watchedByCaller() {
  for (Manager* each : {pid_files_.get(), systemd_.get(), compose_.get()}) each->watchedByCaller();
}

void Services::kill(const config::ServiceSettings& service, core::Duration limit) {
  manager(service).kill(service, limit);
}

std::string Services::makeReady(const config::ServiceSettings& service) {
  return manager(service).makeReady(service);
}

void Services::start(const config::ServiceSettings& service, core::Duration limit) {
  manager(service).start(service, limit);
}

void Services::stop(const config::ServiceSettings& service, core::Duration limit) {
  manager(service).stop(service, limit);
}

std::vector<std::string> Services::running() {
  std::vector<std::string> names;
  for (const auto& service : instance_.services) {
    const auto state = observe(service);
    if (state.running == Running::yes) names.push_back(service.name);
    if (state.running == Running::unknown) {
      throw core::Error(core::Kind::undetermined,
                        fmt::format("could not determine whether service {} runs: {}", service.name,
                                    state.words));
    }
  }
  return names;
}

std::vector<const config::ServiceSettings*> Services::inOrder(
    const std::vector<std::string>& names) const {
  for (const auto& name : names) named(name);
  std::vector<const config::ServiceSettings*> services;
  for (const auto& service : instance_.services) {
    if (std::find(names.begin(), names.end(), service.name) != names.end()) {
      services.push_back(&service);
    }
  }
  return services;
}

void Services::stopThese(const std::vector<std::string>& names, core::Progress& progress,
                         core::Duration limit_each) {
  auto services = inOrder(names);
  std::reverse(services.begin(), services.end());
  std::exception_ptr first;
  for (const auto* service : services) {
    progress.at("stopping " + service->name, 0, 0);
    try {
      stop(*service, limit_each);
    } catch (const core::Error&) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

void Services::startThese(const std::vector<std::string>& names, core::Progress& progress,
                          core::Duration limit_each) {
  for (const auto* service : inOrder(names)) {
    progress.at("starting " + service->name, 0, 0);
    start(*service, limit_each);
  }
}

std::string Services::manualStart(const config::ServiceSettings& service) {
  return manager(service).manualStart(service);
}

std::string Services::manualStop(const config::ServiceSettings& service) {
  return manager(service).manualStop(service);
}

}  // namespace service
