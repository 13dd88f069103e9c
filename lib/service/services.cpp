#include "lib/service/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/side_by_side.hpp"

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

namespace {

constexpr auto kReconnect = std::chrono::seconds(1);
constexpr int kLosses = 3;  // of a connection during one deed

/// Whether a host answers again before `end`.
bool comesBack(ports::World& there, std::chrono::steady_clock::time_point end) {
  for (;;) {
    try {
      there.shell.run({.argv = {"true"}, .limit = std::chrono::seconds(20), .mutates = false});
      return true;
    } catch (const core::Error& error) {
      const bool away =
          error.kind() == core::Kind::unreachable || error.kind() == core::Kind::timed_out;
      if (!away) throw;
    }
    if (there.clock.steady() >= end) return false;
    there.clock.sleep(kReconnect);
  }
}

std::unique_ptr<Manager> makeManager(ports::World& there, config::ServiceManager kind) {
  switch (kind) {
    case config::ServiceManager::systemd:
      return makeSystemdManager(there);
    case config::ServiceManager::pid_file:
      return makePidFileManager(there);
    case config::ServiceManager::compose:
      return makeComposeManager(there);
  }
  return makeSystemdManager(there);
}

}  // namespace

Services::Services(ports::World& world, const config::Instance& instance)
    : world_(world), instance_(instance) {}

Manager& Services::manager(const config::ServiceSettings& service) {
  std::unique_ptr<Manager>& manager = managers_[{service.host, service.manager}];
  if (!manager) {
    manager = makeManager(config::worldOf(world_, instance_, service), service.manager);
    if (watched_by_caller_) manager->watchedByCaller();
  }
  return *manager;
}

const config::ServiceSettings& Services::named(const std::string& name) const {
  return *allNamed(name).front();
}

std::vector<const config::ServiceSettings*> Services::allNamed(const std::string& name) const {
  std::vector<const config::ServiceSettings*> all;
  std::vector<std::string> names;
  for (const auto& service : instance_.services) {
    if (service.name == name || service.shared == name) all.push_back(&service);
    for (const auto& one : {service.commonName(), service.name}) {
      if (std::find(names.begin(), names.end(), one) == names.end()) names.push_back(one);
    }
  }
  if (!all.empty()) return all;
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
  watched_by_caller_ = true;
  for (const auto& [place, manager] : managers_) manager->watchedByCaller();
}

void Services::kill(const config::ServiceSettings& service, core::Duration limit) {
  surviving(service, limit, [&] { manager(service).kill(service, limit); });
}

std::string Services::makeReady(const config::ServiceSettings& service) {
  return manager(service).makeReady(service);
}

void Services::start(const config::ServiceSettings& service, core::Duration limit) {
  surviving(service, limit, [&] { manager(service).start(service, limit); });
}

void Services::stop(const config::ServiceSettings& service, core::Duration limit) {
  surviving(service, limit, [&] { manager(service).stop(service, limit); });
}

void Services::surviving(const config::ServiceSettings& service, core::Duration limit,
                         const std::function<void()>& deed) {
  ports::World& there = config::worldOf(world_, instance_, service);
  const auto end = world_.clock.steady() + limit;
  for (int losses = 0;; ++losses) {
    try {
      return deed();
    } catch (const core::Error& error) {
      // A container engine that does not answer is "unreachable", too, and a look that broke off is
      // "undetermined": not for ever.
      const bool broken =
          error.kind() == core::Kind::unreachable || error.kind() == core::Kind::undetermined;
      const bool lost = broken && &there != &world_;
      if (!lost || losses == kLosses || !comesBack(there, end)) throw;
    }
  }
}

std::vector<std::exception_ptr> Services::forEach(
    const std::vector<const config::ServiceSettings*>& services, const hosts::Limits& limits,
    const Deed& deed) {
  std::map<std::string, Services> on_host;
  for (const auto* service : services) {
    auto [mine, is_new] = on_host.try_emplace(service->host, world_, instance_);
    if (is_new && watched_by_caller_) mine->second.watchedByCaller();
  }
  return sideBySide(world_, instance_, services, limits,
                    [&](std::size_t at) { deed(on_host.at(services[at]->host), *services[at]); });
}

std::vector<ServiceState> Services::observeAll(
    const std::vector<const config::ServiceSettings*>& services) {
  std::map<const config::ServiceSettings*, ServiceState> states;
  for (const auto* service : services) states[service];
  const auto errors =
      forEach(services, {}, [&](Services& mine, const config::ServiceSettings& service) {
        states.at(&service) = mine.observe(service);
      });
  std::vector<ServiceState> all;
  for (std::size_t at = 0; at < services.size(); ++at) {
    all.push_back(states[services[at]]);
    if (errors[at]) all.back() = {Running::unknown, {}, 0, {}, inWords(errors[at])};
  }
  return all;
}

std::vector<std::string> Services::running() {
  std::vector<const config::ServiceSettings*> all;
  for (const auto& service : instance_.services) all.push_back(&service);
  const auto states = observeAll(all);
  std::vector<std::string> names;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (states[at].running == Running::yes) names.push_back(all[at]->name);
    if (states[at].running == Running::unknown) {
      throw core::Error(core::Kind::undetermined,
                        fmt::format("could not determine whether service {} runs: {}",
                                    all[at]->name, states[at].words));
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

std::vector<std::vector<const config::ServiceSettings*>> Services::together(
    const std::vector<const config::ServiceSettings*>& services) {
  std::vector<std::vector<const config::ServiceSettings*>> groups;
  for (const auto* service : services) {
    const bool same = !groups.empty() && !service->shared.empty() &&
                      groups.back().back()->shared == service->shared;
    if (!same) groups.emplace_back();
    groups.back().push_back(service);
  }
  return groups;
}

void Services::stopThese(const std::vector<std::string>& names, core::Progress& progress,
                         core::Duration limit_each) {
  auto services = inOrder(names);
  std::reverse(services.begin(), services.end());
  std::exception_ptr first;
  for (const auto& group : together(services)) {
    progress.at("stopping " + group.front()->commonName(), 0, 0);
    const auto errors =
        forEach(group, {}, [&](Services& mine, const config::ServiceSettings& service) {
          mine.stop(service, limit_each);
        });
    for (const auto& error : errors) {
      if (error && !first) first = error;
    }
  }
  if (first) std::rethrow_exception(first);
}

void Services::startThese(const std::vector<std::string>& names, core::Progress& progress,
                          core::Duration limit_each) {
  std::set<std::string> given_up;
  std::exception_ptr first;
  for (auto& group : together(inOrder(names))) {
    group.erase(std::remove_if(group.begin(), group.end(),
                               [&](const auto* each) { return given_up.contains(each->host); }),
                group.end());
    if (group.empty()) continue;
    progress.at("starting " + group.front()->commonName(), 0, 0);
    const auto errors =
        forEach(group, {}, [&](Services& mine, const config::ServiceSettings& service) {
          mine.start(service, limit_each);
        });
    for (std::size_t at = 0; at < group.size(); ++at) {
      if (!errors[at]) continue;
      given_up.insert(group[at]->host);
      if (!first) first = errors[at];
    }
  }
  if (first) std::rethrow_exception(first);
}

std::string Services::byHand(const config::ServiceSettings& service,
                             const std::string& line) const {
  if (&config::worldOf(world_, instance_, service) == &world_) return line;
  const ports::HostAddress& host = config::hostNamed(instance_, service.host).address;
  const bool root = host.sudo == ports::HostAddress::Sudo::none;
  std::vector<std::string> words{"ssh"};
  if (!host.ssh_config.empty()) words.insert(words.end(), {"-F", host.ssh_config});
  if (host.port != 0) words.insert(words.end(), {"-p", std::to_string(host.port)});
  words.push_back(host.user.empty() ? host.target() : host.user + "@" + host.target());
  words.push_back(root ? line : "sudo sh -c " + core::shellQuote(line));
  return core::shellLine(words);
}

std::string Services::manualStart(const config::ServiceSettings& service) {
  return byHand(service, manager(service).manualStart(service));
}

std::string Services::manualStop(const config::ServiceSettings& service) {
  return byHand(service, manager(service).manualStop(service));
}

}  // namespace service
