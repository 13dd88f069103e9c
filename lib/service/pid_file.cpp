#include <fmt/format.h>

#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/main_process.hpp"
#include "lib/service/manager.hpp"
#include "lib/service/process.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 50ms;
// A daemon that dies at once (port taken, module missing) writes its pid file first.
constexpr auto kSettle = 300ms;
// Whoever inherits a daemon's end collects it at once, or never.
constexpr auto kCollected = 2s;
// The host's start is known to the second, and file systems stamp with a coarse clock.
constexpr auto kSlack = 3s;

std::string lastComponent(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// Whether a running command looks like what `start` begins: it has a path of it in one of its
/// words (the program, its script, its folder).
bool resembles(const std::vector<std::string>& start, const std::vector<std::string>& command) {
  for (const auto& wanted : start) {
    if (wanted.find('/') == std::string::npos) continue;
    const std::string name = lastComponent(wanted);
    for (const auto& word : command) {
      if (!name.empty() && word.find(name) != std::string::npos) return true;
    }
  }
  return false;
}

/// The number in the file's first line; nothing for anything else.
std::optional<int> firstNumber(const std::string& text) {
  const auto line = core::trim(std::string_view(text).substr(0, text.find('\n')));
  int id = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), id);
  if (error != std::errc() || end != line.data() + line.size() || id <= 1) return std::nullopt;
  return id;
}

ServiceState notRunning(std::string words) { return {Running::no, {}, 0, {}, std::move(words)}; }
ServiceState unknown(std::string words) { return {Running::unknown, {}, 0, {}, std::move(words)}; }

class PidFileManager : public Manager {
 public:
  explicit PidFileManager(ports::World& world) : world_(world), processes_(world.files) {}

  ServiceState observe(const config::ServiceSettings& service) override {
    try {
      return look(service);
    } catch (const core::Error& error) {
      return unknown(error.what());
    }
  }

  Details inspect(const config::ServiceSettings& service) override {
    Details details;
    details.state = observe(service);
    details.comes_back = false;
    details.comes_back_why = "it is kept by a pid file alone";
    if (!service.start.empty()) details.program = service.start.front();
    details.program_gone = !details.program.empty() && !world_.files.resolve(details.program);
    if (details.state.running != Running::yes) return details;
    details.process = lookAtProcess(world_.files, details.state.pid, details.unseen);
    details.ports = listeningOn(world_.files, details.state.pid);
    return details;
  }

  void start(const config::ServiceSettings& service, core::Duration limit) override {
    const auto found = observe(service);
    if (found.running == Running::yes) return;
    refuseUnknown(service, found, "started");
    removeStalePidFile(service);
    const auto end = world_.clock.steady() + limit;
    runStart(service, limit);
    waitRunning(service, end, limit);
  }

  void stop(const config::ServiceSettings& service, core::Duration limit) override {
    const auto found = observe(service);
    if (found.running == Running::no) return;
    refuseUnknown(service, found, "stopped");
    const auto main = processes_.find(found.pid);
    if (!main || main->identity() != found.identity) return;  // ended meanwhile
    const auto family = processes_.family(*main);
    signal(service, "-TERM", *main);
    waitGone(service, family, limit);
  }

  void kill(const config::ServiceSettings& service, core::Duration limit) override {
    const auto found = observe(service);
    if (found.running == Running::no) return;
    refuseUnknown(service, found, "ended");
    const auto main = processes_.find(found.pid);
    if (!main || main->identity() != found.identity) return;
    const auto family = processes_.family(*main);
    for (const auto& process : family) signal(service, "-KILL", process);
    waitGone(service, family, limit);
  }

  std::string manualStart(const config::ServiceSettings& service) const override {
    std::string line = core::shellLine(service.start);
    if (!service.directory.empty()) {
      line = "cd " + core::shellQuote(service.directory) + " && " + line;
    }
    if (service.user.empty()) return line;
    return fmt::format("runuser -u {} -- sh -c {}", core::shellQuote(service.user),
                       core::shellQuote(line));
  }

  std::string manualStop(const config::ServiceSettings& service) const override {
    return fmt::format("kill \"$(head -n 1 {})\"", core::shellQuote(service.pid_file));
  }

 private:
  ServiceState look(const config::ServiceSettings& service) {
    const auto file = world_.files.info(service.pid_file);
    if (!file) return notRunning("no pid file " + service.pid_file);
    const auto id = firstNumber(world_.files.read(service.pid_file));
    if (!id) return unknown("pid file " + service.pid_file + " holds no process id");
    const auto process = processes_.find(*id);
    if (!process) {
      if (!processes_.showsOthers()) {
        return unknown(fmt::format("process {} can't be seen: /proc hides other people's", *id));
      }
      return notRunning(fmt::format("process {} of the pid file is gone", *id));
    }
    if (process->ended) return notRunning(fmt::format("process {} has ended", *id));
    if (process->started > file->changed + kSlack) {
      return notRunning(fmt::format("process {} of the pid file is gone: its number is used by {}",
                                    *id, described(*process)));
    }
    return judged(service, *process);
  }

  ServiceState judged(const config::ServiceSettings& service, const Process& process) {
    if (!service.user.empty() && process.account != service.user) {
      return unknown(fmt::format("process {} of the pid file runs as {}, not as {}", process.id,
                                 process.account, service.user));
    }
    if (!service.start.empty() && !resembles(service.start, process.command)) {
      return unknown(
          fmt::format("process {} of the pid file is {}, which the start command does "
                      "not name",
                      process.id, described(process)));
    }
    return {Running::yes, process.started, process.id, process.identity(),
            fmt::format("process {} as {}", process.id, process.account)};
  }

  static std::string described(const Process& process) {
    return process.command.empty()
               ? std::string("a process without a command")
               : core::printable(core::join(process.command, " ").substr(0, 80));
  }

  static void refuseUnknown(const config::ServiceSettings& service, const ServiceState& state,
                            const char* what) {
    if (state.running != Running::unknown) return;
    throw core::Error(core::Kind::undetermined,
                      fmt::format("service {} was not {}: {}", service.name, what, state.words),
                      "Look at the process and at the pid file " + service.pid_file + ".");
  }

  /// Daemons take a number that is in use for themselves, and refuse to start: one that somebody
  /// else has now, and one of a process that ended and waits for its parent. A number that nobody
  /// has they can judge on their own (PostgreSQL better than we could).
  void removeStalePidFile(const config::ServiceSettings& service) {
    const auto end = world_.clock.steady() + kCollected;
    while (world_.files.info(service.pid_file)) {
      const auto id = firstNumber(world_.files.read(service.pid_file));
      const auto process = id ? processes_.find(*id) : std::nullopt;
      if (!process) return;
      if (!process->ended || world_.clock.steady() >= end) {
        world_.files.remove(service.pid_file);
        return;
      }
      world_.clock.sleep(kLook);
    }
  }

  /// Commands run as the service's account; only root can become another.
  std::string account(const config::ServiceSettings& service) const {
    if (service.user.empty() || service.user == world_.caller.account) return {};
    if (world_.caller.root()) return service.user;
    throw core::Error(core::Kind::denied,
                      fmt::format("service {} belongs to account {}, and this is {}", service.name,
                                  service.user, world_.caller.account),
                      fmt::format("Run it as {} or as root.", service.user));
  }

  void runStart(const config::ServiceSettings& service, core::Duration limit) {
    ports::Command command{service.start};
    command.file_mask = 0022;
    command.directory = service.directory;
    command.user = account(service);
    command.limit = std::chrono::duration_cast<std::chrono::milliseconds>(limit);
    const auto outcome = world_.shell.run(command);
    if (outcome.ok()) return;
    throw core::Error(core::Kind::failed_check,
                      fmt::format("service {} did not start: {}", service.name, outcome.inWords()),
                      logHint(service));
  }

  void waitRunning(const config::ServiceSettings& service,
                   std::chrono::steady_clock::time_point end, core::Duration limit) {
    std::string first;
    for (;;) {
      const auto state = observe(service);
      if (state.running == Running::yes && (state.identity == first || !watches_)) return;
      first = state.identity;
      if (world_.clock.steady() >= end) {
        throw core::Error(core::Kind::timed_out,
                          fmt::format("service {} is not running {} after its start: {}",
                                      service.name, core::formatDuration(limit), state.words),
                          logHint(service));
      }
      world_.clock.sleep(first.empty() ? kLook : kSettle);
    }
  }

  void signal(const config::ServiceSettings& service, const char* how, const Process& main) {
    ports::Command command{{"kill", how, std::to_string(main.id)}};
    command.user = account(service);
    const auto outcome = world_.shell.run(command);
    if (outcome.ok() || !processes_.runs(main)) return;
    throw core::Error(
        core::Kind::denied,
        fmt::format("service {} could not be told to stop: {}", service.name, outcome.inWords()),
        fmt::format("Run it as {} or as root.", main.account));
  }

  void waitGone(const config::ServiceSettings& service, const std::vector<Process>& family,
                core::Duration limit) {
    const auto end = world_.clock.steady() + limit;
    for (;;) {
      std::vector<std::string> left;
      for (const auto& process : family) {
        if (processes_.runs(process)) left.push_back(std::to_string(process.id));
      }
      if (left.empty()) return;
      if (world_.clock.steady() >= end) {
        throw core::Error(
            core::Kind::timed_out,
            fmt::format("service {} still has processes {} after {}: {}", service.name, left.size(),
                        core::formatDuration(limit), core::join(left, ", ")),
            "See what they wait for with: ps -o pid,stat,wchan,args -p " + core::join(left, ","));
      }
      world_.clock.sleep(kLook);
    }
  }

  static std::string logHint(const config::ServiceSettings& service) {
    return service.log.empty() ? std::string() : "Its log is " + service.log + ".";
  }

  ports::World& world_;
  Processes processes_;
};

}  // namespace

std::unique_ptr<Manager> makePidFileManager(ports::World& world) {
  return std::make_unique<PidFileManager>(world);
}

}  // namespace service
