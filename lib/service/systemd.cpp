#include "lib/service/systemd.hpp"

#include <fmt/format.h>

#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/main_process.hpp"
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

std::string commandOf(const std::string& exec_start) {
  constexpr std::string_view kBefore = "argv[]=";
  const auto from = exec_start.find(kBefore);
  if (from == std::string::npos) return {};
  const auto start = from + kBefore.size();
  return exec_start.substr(start, exec_start.find(" ; ", start) - start);
}

namespace {

using Shown = std::map<std::string, std::string>;

std::string valueOf(const Shown& shown, const char* name) {
  const auto at = shown.find(name);
  return at == shown.end() ? std::string() : at->second;
}

/// Whether the unit is started with the host: enabled itself, or wanted or triggered by others.
void tellReboot(const Shown& shown, Details& details) {
  const std::string file = valueOf(shown, "UnitFileState");
  details.comes_back_why = file.empty() ? "unit has no file" : "unit is " + file;
  if (file == "enabled" || file == "alias") {
    details.comes_back = true;
  } else if (file == "enabled-runtime" || file == "transient" || file == "masked") {
    details.comes_back = false;
  } else {
    std::vector<std::string> by;
    for (const char* name : {"WantedBy", "RequiredBy", "TriggeredBy"}) {
      if (const auto units = valueOf(shown, name); !units.empty()) by.push_back(units);
    }
    details.comes_back = !by.empty();
    if (!by.empty()) details.comes_back_why += ", started by " + core::join(by, " ");
  }
}

/// CLD_EXITED, CLD_KILLED and CLD_DUMPED of <signal.h>, as ExecMainCode has them.
std::string lastExit(const Shown& shown) {
  const std::string code = valueOf(shown, "ExecMainCode");
  const std::string status = valueOf(shown, "ExecMainStatus");
  if (code == "1") return "exit status " + status;
  if (code == "2" || code == "3") return "signal " + status;
  return {};
}

}  // namespace

Details unitDetails(const std::string& unit, const Shown& shown) {
  Details details;
  details.state = unitState(unit, shown);
  const std::string load = valueOf(shown, "LoadState");
  details.masked = load == "masked";
  if (details.masked) details.state.words = "unit is masked, " + details.state.words;
  if (load == "not-found" || load.empty()) return details;
  details.looping = valueOf(shown, "SubState") == "auto-restart";
  details.start_limit_hit = valueOf(shown, "Result") == "start-limit-hit";
  details.reload_needed = valueOf(shown, "NeedDaemonReload") == "yes";
  int restarts = 0;
  const std::string count = valueOf(shown, "NRestarts");
  if (std::from_chars(count.data(), count.data() + count.size(), restarts).ec == std::errc()) {
    details.restarts = restarts;
  }
  if (details.state.running != Running::yes) details.last_exit = lastExit(shown);
  const std::string command = commandOf(valueOf(shown, "ExecStart"));
  if (command.starts_with('/')) details.program = command.substr(0, command.find(' '));
  tellReboot(shown, details);
  return details;
}

namespace {

using namespace std::chrono_literals;

constexpr const char* kStateProperties =
    "LoadState,ActiveState,SubState,Result,MainPID,InvocationID,ActiveEnterTimestamp";
constexpr const char* kAllProperties =
    "LoadState,ActiveState,SubState,Result,MainPID,InvocationID,ActiveEnterTimestamp,NRestarts,"
    "NeedDaemonReload,UnitFileState,WantedBy,RequiredBy,TriggeredBy,ExecStart,ExecMainCode,"
    "ExecMainStatus";

class SystemdManager : public Manager {
 public:
  explicit SystemdManager(ports::World& world) : world_(world) {}

  ServiceState observe(const config::ServiceSettings& service) override {
    return look(service, kStateProperties).state;
  }

  Details inspect(const config::ServiceSettings& service) override {
    Details details = look(service, kAllProperties);
    if (!details.program.empty()) details.program_gone = !world_.files.resolve(details.program);
    if (details.state.pid > 0) {
      details.process = lookAtProcess(world_.files, details.state.pid, details.unseen);
      details.ports = listeningOn(world_.files, details.state.pid);
    }
    return details;
  }

  /// A unit that failed before it ran into its start limit keeps the first reason as its Result
  /// (systemd 252): that no start works any more stands in the journal alone.
  void compareFiles(const config::ServiceSettings& service, Details& details) override {
    if (!details.state.words.starts_with("unit is failed") || details.start_limit_hit) return;
    const auto outcome = world_.shell.run({.argv = {"journalctl", "--no-pager", "--output=cat",
                                                    "--lines=3", "--unit=" + service.unit},
                                           .limit = 10s,
                                           .mutates = false});
    details.start_limit_hit = outcome.out.find("repeated too quickly") != std::string::npos;
  }

  void start(const config::ServiceSettings& service, core::Duration limit) override {
    change(service, "start", Running::yes, limit);
  }
  void stop(const config::ServiceSettings& service, core::Duration limit) override {
    change(service, "stop", Running::no, limit);
  }
  void kill(const config::ServiceSettings& service, core::Duration limit) override {
    const auto end = world_.clock.steady() + limit;
    const auto outcome = world_.shell.run(
        {.argv = {"systemctl", "kill", "--signal=KILL", "--no-ask-password", "--", service.unit},
         .limit = 10s});
    if (!outcome.ok() && observe(service).running != Running::no) refuse(service, "stop", outcome);
    waitFor(service, "stop", Running::no, end, limit);
  }

  std::string makeReady(const config::ServiceSettings& service) override {
    const auto found = look(service, kAllProperties);
    std::vector<std::string> done;
    if (found.reload_needed) {
      demand(service, {"systemctl", "daemon-reload", "--no-ask-password"});
      done.push_back("unit files were read again");
    }
    if (found.start_limit_hit || found.state.words.starts_with("unit is failed")) {
      demand(service, {"systemctl", "reset-failed", "--no-ask-password", "--", service.unit});
      done.push_back("failure of unit " + service.unit + " was cleared");
    }
    return core::join(done, "; ");
  }

  std::string manualStart(const config::ServiceSettings& service) const override {
    return "systemctl start " + core::shellQuote(service.unit);
  }
  std::string manualStop(const config::ServiceSettings& service) const override {
    return "systemctl stop " + core::shellQuote(service.unit);
  }

 private:
  Details look(const config::ServiceSettings& service, const std::string& properties) {
    const ports::Command command{.argv = {"systemctl", "show", "--timestamp=utc",
                                          "--property=" + properties, "--", service.unit},
                                 .limit = 10s,
                                 .mutates = false};
    Details details;
    try {
      const auto outcome = world_.shell.run(command);
      if (outcome.ok()) return unitDetails(service.unit, parseProperties(outcome.out));
      details.state.words = "systemctl show: " + outcome.inWords();
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      details.state.words = error.what();
    }
    return details;
  }

  void demand(const config::ServiceSettings& service, std::vector<std::string> argv) {
    const std::string verb = argv[1];
    const auto outcome = world_.shell.run({.argv = std::move(argv), .limit = 30s});
    if (!outcome.ok()) refuse(service, verb.c_str(), outcome);
  }

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
      // Between two starts of a loop it has died once already.
      const bool died =
          state.running == Running::no || state.words.find("(auto-restart)") != std::string::npos;
      const bool failed = wanted == Running::yes && died;
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
    const bool masked = outcome.err.find("is masked") != std::string::npos;
    const std::string unit = core::shellQuote(service.unit);
    throw core::Error(denied ? core::Kind::denied : core::Kind::failed_check,
                      fmt::format("unit {} did not {}: {}", service.unit, verb, outcome.inWords()),
                      denied ? "Run it as root."
                      : masked
                          ? "Somebody barred it. `systemctl unmask " + unit + "` lets it start."
                          : "Read its log with: journalctl -u " + unit);
  }

  ports::World& world_;
};

}  // namespace

std::unique_ptr<Manager> makeSystemdManager(ports::World& world) {
  return std::make_unique<SystemdManager>(world);
}

}  // namespace service
