#include "lib/service/side_by_side.hpp"

#include <algorithm>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"

namespace service {
namespace {

using Errors = std::vector<std::exception_ptr>;

struct OnHost {
  std::string host;
  std::vector<std::size_t> services;
};

std::vector<OnHost> byHost(const std::vector<const config::ServiceSettings*>& services) {
  std::vector<OnHost> all;
  for (std::size_t at = 0; at < services.size(); ++at) {
    const std::string& host = services[at]->host;
    auto found =
        std::find_if(all.begin(), all.end(), [&](const OnHost& one) { return one.host == host; });
    if (found == all.end()) found = all.insert(all.end(), {host, {}});
    found->services.push_back(at);
  }
  return all;
}

/// One short command, so that a host which is away is waited for once, and not by each look.
void reach(ports::World& world, const config::Instance& instance, const std::string& host) {
  ports::World& there = config::worldOf(world, instance, host);
  if (&there == &world) return;
  there.shell.run({.argv = {"true"}, .limit = std::chrono::seconds(20), .mutates = false});
}

bool isGone(const core::Error& error) {
  return error.kind() == core::Kind::unreachable || error.kind() == core::Kind::interrupted;
}

/// Does it once more if the connection was lost meanwhile and can be made again: a look changes
/// nothing, and what is done by a service's manager is done once.
void workThrough(ports::World& world, const config::Instance& instance, const std::string& host,
                 const std::function<void()>& work) {
  try {
    return work();
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::unreachable || host.empty()) throw;
  }
  reach(world, instance, host);
  work();
}

/// Whether all went well.
bool workOn(ports::World& world, const config::Instance& instance, const OnHost& one,
            Errors& errors, const std::function<void(std::size_t)>& work) {
  std::exception_ptr gone;
  bool good = true;
  try {
    reach(world, instance, one.host);
  } catch (const core::Error&) {
    gone = std::current_exception();
  }
  for (const std::size_t at : one.services) {
    if (!gone) {
      try {
        workThrough(world, instance, one.host, [&] { work(at); });
        continue;
      } catch (const core::Error& error) {
        errors[at] = std::current_exception();
        if (isGone(error)) gone = errors[at];
      } catch (...) {
        gone = errors[at] = std::current_exception();
      }
    }
    if (!errors[at]) errors[at] = gone;
    good = false;
  }
  return good;
}

}  // namespace

std::vector<std::exception_ptr> sideBySide(
    ports::World& world, const config::Instance& instance,
    const std::vector<const config::ServiceSettings*>& services, const hosts::Limits& limits,
    const std::function<void(std::size_t)>& work) {
  Errors errors(services.size());
  const std::vector<OnHost> hosts = byHost(services);
  if (hosts.size() == 1) {
    workOn(world, instance, hosts.front(), errors, work);
  } else {
    std::vector<char> begun(hosts.size(), 0);
    hosts::runParallel(hosts.size(), limits, world.cancellation, [&](std::size_t at) {
      begun[at] = 1;
      return workOn(world, instance, hosts[at], errors, work);
    });
    const auto stopped = std::make_exception_ptr(core::Error(
        core::Kind::incomplete, "not begun, as others failed before it", "Mend those first."));
    for (std::size_t at = 0; at < hosts.size(); ++at) {
      if (begun[at] != 0) continue;
      for (const std::size_t one : hosts[at].services) errors[one] = stopped;
    }
  }
  world.cancellation.check();
  for (const std::exception_ptr& error : errors) {
    if (!error) continue;
    try {
      std::rethrow_exception(error);
    } catch (const core::Error& known) {
      if (known.kind() == core::Kind::interrupted) throw;
    }  // anything else is a bug, and goes through
  }
  return errors;
}

std::string inWords(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const core::Error& known) {
    return known.what();
  }
}

}  // namespace service
