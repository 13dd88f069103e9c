#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "tests/fakes/world.hpp"

/// systemd as systemctl shows it (252), on the fakes: units that start and stop, each start with an
/// invocation of its own.
class Units {
 public:
  struct Unit {
    std::string active = "active";
    std::string sub = "running";
    std::string result = "success";
    std::string load = "loaded";
    bool stubborn = false;  // ignores a stop
    bool dies_after_start = false;
    std::function<void()> on_stop{};  // instead of, or before, stopping: may throw
    bool reload = false;
    int invocation = 1;
    int pid = 0;
  };

  explicit Units(fakes::FakeWorld& fake) : Units(fake.shell, fake.files, fake.clock) {}
  Units(fakes::FakeShell& shell, fakes::MemFiles& files, fakes::FakeClock& clock)
      : shell_(shell), clock_(clock) {
    answer("systemctl show *", [this](const std::string& unit) { return shown(unit); });
    answer("systemctl start *", [this](const std::string& unit) { return start(unit); });
    answer("systemctl stop *", [this](const std::string& unit) { return stop(unit); });
    answer("systemctl kill *", [this](const std::string& unit) {
      units[unit].active = "inactive";
      killed.insert(unit);
      return ports::Outcome{};
    });
    answer("systemctl reset-failed *", [this](const std::string& unit) {
      units[unit].result = "success";
      units[unit].active = "inactive";
      return ports::Outcome{};
    });
    answer("systemctl daemon-reload *", [this](const std::string&) {
      for (auto& [name, unit] : units) unit.reload = false;
      return ports::Outcome{};
    });
    // Pattern for pgrep-like looks: nothing runs but the units.
    files.putFolder("/proc");
  }

  std::map<std::string, Unit> units;
  std::vector<std::string> done;  // "stop netbox-rq.service", in order
  std::set<std::string> killed;

 private:
  template <typename Work>
  void answer(const char* pattern, Work work) {
    shell_.on(pattern)
        .does([work](const ports::Command& command, const std::string&) {
          return work(command.argv.back());
        })
        .always();
  }

  ports::Outcome shown(const std::string& name) {
    ports::Outcome outcome;
    if (!units.contains(name)) {
      outcome.out = "LoadState=not-found\nActiveState=inactive\nSubState=dead\n";
      return outcome;
    }
    const Unit& unit = units.at(name);
    const bool runs = unit.active == "active";
    outcome.out =
        "LoadState=" + unit.load + "\nActiveState=" + unit.active + "\nSubState=" + unit.sub +
        "\nResult=" + unit.result +
        "\nNRestarts=0\nUnitFileState=enabled\nNeedDaemonReload=" + (unit.reload ? "yes" : "no") +
        "\nMainPID=" + (runs ? "0" : "0") +
        "\nInvocationID=" + (runs ? "abc" + std::to_string(unit.invocation) : "") +
        "\nActiveEnterTimestamp=Sat 2026-11-21 03:00:00 UTC\n";
    return outcome;
  }

  ports::Outcome start(const std::string& name) {
    done.push_back("start " + name);
    Unit& unit = units[name];
    ports::Outcome outcome;
    if (unit.result == "start-limit-hit") {
      outcome.status = 1;
      outcome.err = "Start request repeated too quickly.";
      return outcome;
    }
    unit.active = unit.dies_after_start ? "failed" : "active";
    unit.sub = unit.dies_after_start ? "failed" : "running";
    if (unit.dies_after_start) unit.result = "exit-code";
    ++unit.invocation;
    return outcome;
  }

  ports::Outcome stop(const std::string& name) {
    done.push_back("stop " + name);
    if (units[name].on_stop) std::exchange(units[name].on_stop, {})();
    if (units[name].stubborn) {
      clock_.advance(std::chrono::hours(1));
      throw core::Error(core::Kind::timed_out, "systemctl did not end in time");
    }
    units[name].active = "inactive";
    units[name].sub = "dead";
    return {};
  }

  fakes::FakeShell& shell_;
  fakes::FakeClock& clock_;
};
