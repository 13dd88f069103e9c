#include "lib/service/systemd.hpp"

#include <fmt/format.h>

#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/manager.hpp"

namespace service {

std::map<std::string, std::string> parseProperties(std::string_view text) {
  std::map<std::string, std::string> properties;
  for (const auto& line : core::split(text, '\n')) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) properties[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return properties;
}

std::optional<core::Time> parseSystemdTime(std::string_view text) {
  const auto words = core::split(text, ' ');
  if (words.size() != 4 || words[3] != "UTC") return std::nullopt;
  return core::parseUtc(words[1] + "T" + words[2] + "Z");
}

ServiceState unitState(const std::string& unit, const std::map<std::string, std::string>& shown) {
  const auto value = [&](const char* name) {
    const auto at = shown.find(name);
    return at == shown.end() ? std::string() : at->second;
  };
  ServiceState state;
  const std::string active = value("ActiveState");
  if (value("LoadState") == "not-found") {
    state.words = "there is no unit " + unit;
    return state;
  }
  state.words = fmt::format("unit is {} ({})", active.empty() ? "in no known state" : active,
                            value("SubState"));
  if (active == "active" || active == "reloading") {
    state.running = Running::yes;
    state.identity = value("InvocationID");
    state.since = parseSystemdTime(value("ActiveEnterTimestamp"));
    const std::string pid = value("MainPID");
    std::from_chars(pid.data(), pid.data() + pid.size(), state.pid);
  } else if (active == "inactive" || active == "failed") {
    state.running = Running::no;
    if (const auto result = value("Result"); active == "failed" && !result.empty()) {
      state.words = fmt::format("unit is failed ({})", result);
    }
  }
  return state;
}

namespace {

using namespace std::chrono_literals;

class SystemdManager : public Manager {
 public:
  explicit SystemdManager(ports::World& world) : world_(world) {}

  ServiceState observe(const config::ServiceSettings& service) override {
    ports::Command command{{"systemctl", "show", "--timestamp=utc",
                            "--property=LoadState,ActiveState,SubState,Result,MainPID,InvocationID,"
                            "ActiveEnterTimestamp",
                            "--", service.unit}};
    command.limit = 10s;
    command.mutates = false;
    try {
      const auto outcome = world_.shell.run(command);
      if (outcome.ok()) return unitState(service.unit, parseProperties(outcome.out));
      return {Running::unknown, {}, 0, {}, "systemctl show: " + outcome.inWords()};
    } catch (const core::Error& error) {
      return {Running::unknown, {}, 0, {}, error.what()};
    }
  }

  void start(const config::ServiceSettings& service, core::Duration limit) override {
    change(service, "start", Running::yes, limit);
  }
  void stop(const config::ServiceSettings& service, core::Duration limit) override {
    change(service, "stop", Running::no, limit);
  }
  std::string manualStart(const config::ServiceSettings& service) const override {
    return "systemctl start " + core::shellQuote(service.unit);
  }
  std::string manualStop(const config::ServiceSettings& service) const override {
    return "systemctl stop " + core::shellQuote(service.unit);
  }

 private:
  void change(const config::ServiceSettings& service, const char* verb, Running wanted,
              core::Duration limit) {
    if (observe(service).running == wanted) return;
    const auto end = world_.clock.steady() + limit;
    ports::Command command{{"systemctl", verb, "--no-ask-password", "--", service.unit}};
    command.limit = std::chrono::duration_cast<std::chrono::milliseconds>(limit);
    const auto outcome = world_.shell.run(command);
    if (!outcome.ok()) refuse(service, verb, outcome);
    waitFor(service, verb, wanted, end, limit);
  }

  /// The exit status alone proves nothing: a unit of Type=simple is "started" before it fails.
  void waitFor(const config::ServiceSettings& service, const char* verb, Running wanted,
               std::chrono::steady_clock::time_point end, core::Duration limit) {
    for (;;) {
      const auto state = observe(service);
      if (state.running == wanted) return;
      const bool failed = wanted == Running::yes && state.running == Running::no;
      if (failed || world_.clock.steady() >= end) {
        throw core::Error(failed ? core::Kind::failed_check : core::Kind::timed_out,
                          fmt::format("service {} did not {} within {}: {}", service.name, verb,
                                      core::formatDuration(limit), state.words),
                          "Read its log with: journalctl -u " + core::shellQuote(service.unit));
      }
      world_.clock.sleep(200ms);
    }
  }

  [[noreturn]] static void refuse(const config::ServiceSettings& service, const char* verb,
                                  const ports::Outcome& outcome) {
    const bool denied = outcome.err.find("authentication required") != std::string::npos ||
                        outcome.err.find("Access denied") != std::string::npos ||
                        outcome.err.find("Permission denied") != std::string::npos;
    throw core::Error(denied ? core::Kind::denied : core::Kind::failed_check,
                      fmt::format("unit {} did not {}: {}", service.unit, verb, outcome.inWords()),
                      denied
                          ? "Run it as root."
                          : "Read its log with: journalctl -u " + core::shellQuote(service.unit));
  }

  ports::World& world_;
};

}  // namespace

std::unique_ptr<Manager> makeSystemdManager(ports::World& world) {
  return std::make_unique<SystemdManager>(world);
}

}  // namespace service
