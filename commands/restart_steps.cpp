#include <fmt/format.h>

#include <algorithm>

#include "commands/restart_steps.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"
#include "lib/service/step_file.hpp"

namespace commands::service_restart {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration kDrain = 60s;
constexpr core::Duration kSettle = 5s;

struct Replacement {
  std::string host;
  std::string file;
  std::string from;
  bool managed = false;  // somebody else keeps the file
};

/// Splits FILE=NEW at the first "="; one for each host. Errors: usage.
std::vector<Replacement> replacementsOf(Context& context, const config::Instance& instance,
                                        const RestartOptions& options, const Chosen& services) {
  std::vector<Replacement> all;
  const ports::Caller& caller = context.world().caller;
  for (const auto& each : options.replace) {
    const auto equals = each.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == each.size()) {
      throw core::Error(core::Kind::usage,
                        "--replace " + core::printable(each) + " is not of the form FILE=NEW");
    }
    for (const auto& host : hostsOf(services)) {
      Replacement one{host, caller.absolute(each.substr(0, equals)),
                      caller.absolute(each.substr(equals + 1))};
      ports::Files& files = context.host(instance, host).files;
      one.managed = files.info(one.file) && !service::managerOf(files, instance, one.file).empty();
      all.push_back(std::move(one));
    }
  }
  return all;
}

/// Those that sotctl itself puts in place.
std::vector<step::Spec> replacements(Context& context, const config::Instance& instance,
                                     const RestartOptions& options, const std::string& run,
                                     const Chosen& services) {
  std::vector<step::Spec> steps;
  for (const Replacement& one : replacementsOf(context, instance, options, services)) {
    if (one.managed && options.wait_for_manager) continue;
    steps.push_back(service::fileStep(context.world(), instance, one.host, one.file, one.from, run,
                                      context.accepted("managed-file")));
  }
  return steps;
}

/// Those that their manager is to put in place, before anything is stopped.
std::vector<step::Spec> awaited(Context& context, const config::Instance& instance,
                                const RestartOptions& options, const Chosen& services) {
  std::vector<step::Spec> steps;
  for (const Replacement& one : replacementsOf(context, instance, options, services)) {
    if (!one.managed) continue;
    auto step =
        service::fileStep(context.world(), instance, one.host, one.file, one.from, {}, true);
    step.kind = "file.awaited";
    step.arguments["limit_ms"] =
        std::chrono::duration_cast<std::chrono::milliseconds>(*options.wait_for_manager).count();
    steps.push_back(std::move(step));
  }
  return steps;
}

service::Restart restartOf(Context& context, const config::Instance& instance,
                           const RestartOptions& options, const Chosen& services) {
  service::Restart restart;
  std::vector<std::string> all;
  bool workers = false;
  for (const auto* each : services) {
    (isDependency(*each) ? restart.dependencies : restart.users).push_back(each->name);
    all.push_back(each->name);
    workers = workers || each->role == config::ServiceRole::worker;
  }
  restart.drain = workers ? options.drain.value_or(kDrain) : core::Duration::zero();
  restart.kill_after = options.kill_after.value_or(core::Duration::zero());
  restart.settle = options.settle.value_or(kSettle);
  restart.limit = options.limit.value_or(service::kStopLimit);
  restart.busy_accepted = context.accepted("busy");
  if (options.pull) restart.fetch = {"pull"};
  if (options.build) restart.fetch = {"build"};
  if (options.build && options.no_cache) restart.fetch.emplace_back("--no-cache");
  restart.remake = options.recreate || options.pull || options.build;
  restart.clear_cache = options.clear_cache;
  restart.before = service::beforeRestart(context.world(), instance, all);
  return restart;
}

/// One frontend after the other, then everything else at once. Errors: usage, refused (one frontend
/// alone).
std::vector<service::Restart> rollingOf(Context& context, const config::Instance& instance,
                                        const RestartOptions& options, const Chosen& services) {
  if (options.with_dependencies) {
    throw core::Error(core::Kind::usage,
                      "--rolling and --with-dependencies exclude each other: without PostgreSQL "
                      "and Redis no frontend serves");
  }
  Chosen frontends;
  Chosen rest;
  for (const auto* each : services) {
    (each->role == config::ServiceRole::application ? frontends : rest).push_back(each);
  }
  const auto hosts = hostsOf(frontends);
  if (hosts.size() < 2) {
    throw core::Error(core::Kind::refused,
                      fmt::format("instance {} has {} to roll over", instance.name,
                                  hosts.empty() ? "no frontend" : "one frontend"),
                      "Restart it without --rolling, or name all hosts of its application in the "
                      "configuration (hosts = […]).");
  }
  std::vector<service::Restart> parts;
  for (const auto& host : hosts) {
    Chosen here;
    for (const auto* each : frontends) {
      if (each->host == host) here.push_back(each);
    }
    parts.push_back(restartOf(context, instance, options, here));
    parts.back().frontend = host;
    parts.back().clear_cache = options.clear_cache && parts.size() == 1;
  }
  if (!rest.empty()) {
    parts.push_back(restartOf(context, instance, options, rest));
    parts.back().clear_cache = false;
  }
  for (auto& part : parts) part.looks_idle = &part == &parts.front();
  // Before the first is stopped: no host may come back with code of another schema.
  parts.front().code_hosts = hostsOf(services);
  parts.front().code_accepted = context.accepted("frontend-code");
  return parts;
}

}  // namespace

std::vector<std::string> hostsOf(const Chosen& services) {
  std::vector<std::string> hosts;
  for (const auto* each : services) {
    if (std::find(hosts.begin(), hosts.end(), each->host) == hosts.end()) {
      hosts.push_back(each->host);
    }
  }
  return hosts;
}

bool isDependency(const config::ServiceSettings& service) {
  return service.role == config::ServiceRole::database ||
         service.role == config::ServiceRole::redis;
}

std::vector<step::Spec> stepsOf(Context& context, const config::Instance& instance,
                                const RestartOptions& options, const Chosen& services,
                                const std::string& run) {
  auto parts = options.rolling ? rollingOf(context, instance, options, services)
                               : std::vector{restartOf(context, instance, options, services)};
  std::vector<step::Spec> steps;
  if (options.wait_for_manager) steps = awaited(context, instance, options, services);
  for (service::Restart& part : parts) {
    part.run = run;
    const Chosen its = service::Services(context.world(), instance).inOrder(part.users);
    part.files = replacements(context, instance, options, run, its);
    auto some = service::restartSteps(part);
    std::move(some.begin(), some.end(), std::back_inserter(steps));
  }
  return steps;
}

}  // namespace commands::service_restart
