#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/compose.hpp"
#include "lib/service/main_process.hpp"
#include "lib/service/manager.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 100ms;
// A container whose program dies at once was "running" for a moment.
constexpr auto kSettle = 300ms;

/// The state of a service with one container or several alike: running if all of them are.
ServiceState stateOf(const config::ServiceSettings& service, const std::vector<Container>& all) {
  ServiceState state;
  std::vector<std::string> words;
  state.running = Running::yes;
  for (const auto& one : all) {
    const bool runs = one.status == "running";
    const bool between = one.status == "restarting" || one.status == "paused";
    if (between) state.running = Running::unknown;
    if (!runs && !between && state.running == Running::yes) state.running = Running::no;
    std::string said = fmt::format("container {} is {}", one.id.substr(0, 12), one.status);
    if (runs && !one.health.empty()) said += " (" + one.health + ")";
    if (!runs && one.started) said += fmt::format(", exit status {}", one.exit_status);
    if (one.out_of_memory) said += ", out of memory";
    if (!one.error.empty()) said += ": " + one.error;
    words.push_back(std::move(said));
    if (!runs) continue;
    if (!state.identity.empty()) state.identity += " ";
    state.identity +=
        one.id.substr(0, 12) + "@" + (one.started ? core::formatUtc(*one.started) : "");
    if (state.pid == 0) state.pid = one.pid;
    if (!state.since || (one.started && *one.started > *state.since)) state.since = one.started;
  }
  if (all.empty()) {
    state.running = Running::no;
    words.push_back(
        fmt::format("project {} has no container of service {}", service.project, service.service));
  }
  if (state.running != Running::yes) state.identity.clear();
  state.words = core::join(words, "; ");
  return state;
}

class ComposeManager : public Manager {
 public:
  explicit ComposeManager(ports::World& world) : world_(world) {}

  ServiceState observe(const config::ServiceSettings& service) override {
    try {
      return stateOf(service, Compose(world_, service).containers());
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      return {Running::unknown, {}, 0, {}, error.what()};
    }
  }

  Details inspect(const config::ServiceSettings& service) override {
    Details details;
    try {
      Compose compose(world_, service);
      const auto all = compose.containers();
      details.state = stateOf(service, all);
      if (all.empty()) {
        details.state.words += "; it has " + listOf(compose.servicesThere());
        return details;
      }
      describe(all, details);
      compareImage(compose, all.front(), details);
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      details.state = {Running::unknown, {}, 0, {}, error.what()};
    }
    if (details.state.pid > 0) {
      details.process = lookAtProcess(world_.files, details.state.pid, details.unseen);
    }
    return details;
  }

  void compareFiles(const config::ServiceSettings& service, Details& details) override {
    try {
      Compose compose(world_, service);
      const auto all = compose.containers();
      if (!all.empty()) compareConfiguration(compose, service, all.front(), details);
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      details.unseen.push_back(fmt::format("compose files: {}", error.what()));
    }
  }

  void start(const config::ServiceSettings& service, core::Duration limit) override {
    if (observe(service).running == Running::yes) return;
    const auto end = world_.clock.steady() + limit;
    Compose compose(world_, service);
    const auto all = compose.containers();
    ports::Command command;
    if (all.empty()) {
      command = compose.composeCommand({"up", "-d", "--no-deps", service.service});
    } else {
      command = compose.engineCommand({"start"});
      for (const auto& one : all) command.argv.push_back(one.id);
      command.mutates = true;
    }
    command.limit = std::chrono::duration_cast<std::chrono::milliseconds>(limit);
    compose.demand(command);
    waitRunning(service, end, limit);
  }

  void stop(const config::ServiceSettings& service, core::Duration limit) override {
    Compose compose(world_, service);
    const auto all = compose.containers();
    if (stateOf(service, all).running == Running::no) return;
    tellToStop(compose, all);
    waitForEnd(compose, all, limit);
    mustBeStopped(service, limit);
  }

  void kill(const config::ServiceSettings& service, core::Duration limit) override {
    Compose compose(world_, service);
    auto command = compose.engineCommand({"kill"});
    for (const auto& one : compose.containers()) {
      if (one.status == "running" || one.status == "restarting") command.argv.push_back(one.id);
    }
    command.mutates = true;
    if (compose.engineCommand({"kill"}).argv.size() < command.argv.size()) compose.demand(command);
    mustBeStopped(service, limit);
  }

  std::string manualStart(const config::ServiceSettings& service) const override {
    return byHand(service, "up -d --no-deps");
  }
  std::string manualStop(const config::ServiceSettings& service) const override {
    return byHand(service, "stop");
  }

 private:
  static std::string listOf(const std::vector<std::string>& names) {
    return names.empty() ? "no containers at all" : core::join(names, ", ");
  }

  static void describe(const std::vector<Container>& all, Details& details) {
    const Container& first = all.front();
    details.looping = first.status == "restarting";
    details.restarts = first.restarts;
    if (details.state.running != Running::yes && first.started) {
      details.last_exit = fmt::format("exit status {}", first.exit_status);
    }
    details.image = first.image;
    details.health = first.status == "running" ? first.health : "";
    details.health_test = first.health_test;
    if (first.health != "healthy") details.health_says = first.health_says;
    details.ports = first.ports;
    details.comes_back = first.restart_policy == "always" ||
                         first.restart_policy == "unless-stopped" ||
                         first.restart_policy == "on-failure";
    details.comes_back_why = "restart policy is " + first.restart_policy;
  }

  /// The image that the name means now, which `up -d` would take.
  void compareImage(Compose& compose, const Container& one, Details& details) {
    auto command =
        compose.engineCommand({"image", "inspect", "--format", "{{.Id}}", "--", one.image_name});
    const auto outcome = world_.shell.run(command);
    const auto now = core::trim(outcome.out);
    details.image_stale = outcome.ok() && !now.empty() && now != one.image;
  }

  /// What the files say now, by compose's own hash. The two generations compute it differently.
  void compareConfiguration(Compose& compose, const config::ServiceSettings& service,
                            const Container& one, Details& details) {
    const std::string key = service.engine + " " + service.project;
    if (!hashes_.contains(key)) {
      auto command = compose.composeCommand({"config", "--hash", "*"});
      command.mutates = false;
      hashes_[key] = compose.demand(command);  // of all services at once: compose is slow
    }
    const std::string now = hashOf(hashes_[key], service.service);
    if (now.empty()) {
      details.unseen.push_back(fmt::format("the compose files of project {} have no service {}",
                                           service.project, service.service));
    } else if (one.compose_generation == compose.generation()) {
      details.configuration_stale = now != one.config_hash;
    }
  }

  void waitRunning(const config::ServiceSettings& service,
                   std::chrono::steady_clock::time_point end, core::Duration limit) {
    std::string first;
    for (;;) {
      const auto state = observe(service);
      if (state.running == Running::yes && (state.identity == first || !watches_)) return;
      first = state.identity;
      const bool ended = state.running == Running::no;
      if (ended || world_.clock.steady() >= end) {
        throw core::Error(ended ? core::Kind::failed_check : core::Kind::timed_out,
                          fmt::format("service {} did not start within {}: {}", service.name,
                                      core::formatDuration(limit), state.words),
                          "Read its log with: sotctl service logs " + service.name);
      }
      world_.clock.sleep(first.empty() ? kLook : kSettle);
    }
  }

  /// Not `docker stop`: the engine would kill after its own time, also when we have long given up
  /// and the service was left to run. A signal marks the container as stopped by hand just as well
  /// (docker 20.10: its restart policy does not start it again).
  static void tellToStop(Compose& compose, const std::vector<Container>& all) {
    for (const auto& one : all) {
      auto command = one.status == "running"
                         ? compose.engineCommand({"kill", "--signal=" + one.stop_signal, one.id})
                         : compose.engineCommand({"stop", one.id});  // between two starts
      command.mutates = true;
      if (one.status == "running" || one.status == "restarting") compose.demand(command);
    }
  }

  void waitForEnd(Compose& compose, const std::vector<Container>& all, core::Duration limit) {
    auto command = compose.engineCommand({"wait"});
    for (const auto& one : all) command.argv.push_back(one.id);
    command.limit = std::chrono::duration_cast<std::chrono::milliseconds>(limit);
    try {
      compose.demand(command);
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::timed_out) throw;  // who still runs is told below
    }
  }

  void mustBeStopped(const config::ServiceSettings& service, core::Duration limit) {
    const auto state = observe(service);
    if (state.running == Running::no) return;
    throw core::Error(core::Kind::timed_out,
                      fmt::format("service {} still runs after {}: {}", service.name,
                                  core::formatDuration(limit), state.words));
  }

  static std::string byHand(const config::ServiceSettings& service, const char* verb) {
    std::string line = "docker-compose";
    if (!service.engine.empty()) line += " -H " + core::shellQuote(service.engine);
    line += " -p " + core::shellQuote(service.project);
    for (const auto& file : service.files) line += " -f " + core::shellQuote(file);
    return fmt::format("{} {} {}", line, verb, core::shellQuote(service.service));
  }

  ports::World& world_;
  std::map<std::string, std::string> hashes_;
};

}  // namespace

std::unique_ptr<Manager> makeComposeManager(ports::World& world) {
  return std::make_unique<ComposeManager>(world);
}

}  // namespace service
