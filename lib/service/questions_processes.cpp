#include <fmt/format.h>

#include <algorithm>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"
#include "lib/service/log.hpp"
#include "lib/service/main_process.hpp"
#include "lib/service/questions.hpp"
#include "lib/service/release.hpp"
#include "lib/service/services.hpp"

namespace service {
namespace {

using core::Outcome;

/// Whether something on a host listens on a port, from the kernel's own table: connecting would
/// leave a trace in somebody's log.
core::CheckResult askPort(ports::World& home, const config::Instance& instance,
                          const checks::Arguments& arguments) {
  ports::World& world = config::worldOf(home, instance, arguments.text("host", ""));
  const int port = arguments.number("port", 0);
  const std::string end = fmt::format(":{}", port);
  std::vector<std::string> found;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    if (!world.files.info(table)) continue;
    for (const auto& one : parseListeners(world.files.read(table))) {
      if (one.address.ends_with(end)) found.push_back(one.address);
    }
  }
  return {{},
          fmt::format("port {}", port),
          found.empty() ? Outcome::fail : Outcome::pass,
          found.empty() ? "nobody listens" : "listened on: " + core::join(found, ", "),
          "somebody listens",
          {}};
}

std::string against(const MainProcess& process, const checks::Arguments& arguments) {
  const std::string account = arguments.text("account", "");
  if (!account.empty() && process.account != account) return "it runs as " + process.account;
  const std::string executable = arguments.text("executable", "");
  if (!executable.empty() && process.executable != executable) {
    return "it runs " + process.executable;
  }
  const std::string folder = arguments.text("folder", "");
  if (!folder.empty() && process.folder != folder && !process.folder.starts_with(folder + "/")) {
    return "it runs in " + process.folder;
  }
  return {};
}

core::CheckResult askProcess(ports::World& world, const config::Instance& instance,
                             const config::ServiceSettings& service,
                             const checks::Arguments& arguments) {
  const auto details = Services(world, instance).inspect(service);
  core::CheckResult result{{}, "service " + service.name, Outcome::pass, {}, {}, {}};
  if (!details.process) {
    result.outcome = details.state.running == Running::no ? Outcome::fail : Outcome::unknown;
    result.found = details.state.words;
    return result;
  }
  result.found = against(*details.process, arguments);
  if (!result.found.empty()) {
    result.outcome = Outcome::fail;
  } else {
    result.found = fmt::format("process {} as {}", details.process->id, details.process->account);
  }
  return result;
}

core::CheckResult askLog(ports::World& world, const config::Instance& instance,
                         const config::ServiceSettings& service,
                         const checks::Arguments& arguments) {
  LogRange range;
  const std::string within = arguments.text("within", "");
  if (within.empty()) {
    range = sinceStart(Services(world, instance).observe(service), std::nullopt);
  } else if (const auto duration = core::parseDuration(within)) {
    range.since = world.clock.now() - *duration;
  } else {
    throw core::Error(core::Kind::configuration,
                      fmt::format("check argument within is \"{}\"; it must be a duration such as "
                                  "\"15min\"",
                                  core::printable(within)));
  }
  const std::string words = arguments.text("words", "");
  std::vector<std::string> found;
  for (const auto& line : readLog(config::worldOf(world, instance, service), service, range)) {
    const bool meant = words.empty() ? line.error : line.text.find(words) != std::string::npos;
    if (meant) found.push_back(core::redacted(core::printable(line.text.substr(0, 200))));
  }
  const std::string what = words.empty() ? "error lines" : "lines with \"" + words + "\"";
  return {{},
          "log of service " + service.name,
          found.empty() ? Outcome::pass : Outcome::fail,
          found.empty() ? "no " + what
                        : fmt::format("{} {}, the last: {}", found.size(), what, found.back()),
          {},
          {}};
}

/// A service that writes nowhere that is known.
bool isSilent(const config::ServiceSettings& service) {
  return service.manager == config::ServiceManager::pid_file && service.log.empty();
}

/// The logs of all services that run the application's code, or of one.
core::CheckResult askLogs(ports::World& world, const config::Instance& instance,
                          const checks::Arguments& arguments) {
  std::vector<std::string> names{arguments.text("service", "")};
  if (names.front().empty()) {
    names.clear();
    for (const auto& service : instance.services) {
      const bool counted =
          std::find(names.begin(), names.end(), service.commonName()) != names.end();
      if (runsCode(service.role) && !counted) names.push_back(service.commonName());
    }
  }
  core::CheckResult whole{{}, "logs", Outcome::unknown, "no services of the instance are known",
                          {}, {}};
  std::vector<std::string> words;
  for (const std::string& name : names) {
    auto one = askOnEachHost(world, instance, name, [&](const auto& service) {
      if (!isSilent(service)) return askLog(world, instance, service, arguments);
      return core::CheckResult{{},
                               "log of service " + service.name,
                               Outcome::unknown,
                               "where it writes its log is not known",
                               {},
                               {}};
    });
    if (names.size() == 1) return one;
    whole.outcome = words.empty() ? one.outcome : core::worse(whole.outcome, one.outcome);
    words.push_back(name + ": " + one.found);
  }
  if (!words.empty()) whole.found = core::join(words, "; ");
  return whole;
}

}  // namespace

void addProcesses(checks::Kinds& kinds, ports::World& world, const config::Instance& instance) {
  kinds.add("port", {{"port"}, {"host"}, false, [&](const checks::Arguments& arguments) {
                       return askPort(world, instance, arguments);
                     }});
  kinds.add("process", {{"service"},
                        {"account", "executable", "folder"},
                        false,
                        [&](const checks::Arguments& arguments) {
                          return askOnEachHost(
                              world, instance, arguments.text("service"), [&](const auto& service) {
                                return askProcess(world, instance, service, arguments);
                              });
                        }});
  kinds.add("log",
            {{}, {"service", "within", "words"}, false, [&](const checks::Arguments& arguments) {
               return askLogs(world, instance, arguments);
             }});
}

}  // namespace service
