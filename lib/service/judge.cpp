#include "lib/service/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "lib/config/hosts.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"
#include "lib/hosts/fold.hpp"
#include "lib/service/side_by_side.hpp"

namespace service {
namespace {

using core::Outcome;
using namespace std::chrono_literals;

// Restarts by its manager that are more than bad luck, for a service that runs for so short.
constexpr int kManyRestarts = 3;
constexpr auto kJustStarted = 2min;
// No health check of these products needs longer for its first answer.
constexpr auto kStartingLimit = 10min;

/// Collects the lines of one service.
class Lines {
 public:
  explicit Lines(const Sight& sight) : subject_("service " + sight.service.name) {}
  void add(const char* id, Outcome outcome, std::string found, std::string hint = {}) {
    all_.push_back(
        {std::string("service.") + id, subject_, outcome, std::move(found), {}, std::move(hint)});
  }
  std::vector<core::CheckResult> take() { return std::move(all_); }

 private:
  std::string subject_;
  std::vector<core::CheckResult> all_;
};

std::string command(const Sight& sight, const char* verb) {
  return fmt::format("`sotctl service {} {}`", verb, sight.service.name);
}

std::string processInWords(const MainProcess& process, Words detail) {
  std::string words = detail == Words::full ? fmt::format("process {}", process.id) : "process";
  if (!process.account.empty()) words += " as " + process.account;
  if (!process.executable.empty()) words += ": " + process.executable;
  if (!process.folder.empty()) words += " in " + process.folder;
  return words;
}

std::string runningInWords(const Details& details, core::Time now, Words detail) {
  std::vector<std::string> words{"running"};
  if (details.state.since && detail == Words::full) {
    words.front() += " for " + core::formatDuration(now - *details.state.since);
  }
  words.push_back(details.process ? processInWords(*details.process, detail) : details.state.words);
  if (!details.health.empty()) words.push_back(details.health);
  if (details.restarts.value_or(0) > 0) {
    words.push_back(core::plural(*details.restarts, "restart", "restarts"));
  }
  if (!details.ports.empty()) words.push_back("listens on " + core::join(details.ports, " "));
  return core::join(words, ", ");
}

void addState(const Sight& sight, core::Time now, Words detail, Lines& lines) {
  const Details& details = sight.details;
  std::string words = details.state.words;
  if (!details.last_exit.empty()) words += ", last " + details.last_exit;
  switch (details.state.running) {
    case Running::yes:
      return lines.add("state", Outcome::pass, runningInWords(details, now, detail));
    case Running::no:
      if (sight.held) {
        return lines.add("state", Outcome::skip, "stopped by a hold, " + words);
      }
      return lines.add("state", Outcome::fail, "stopped, " + words,
                       command(sight, "start") + " starts it.");
    case Running::unknown:
      break;
  }
  if (details.looping) return;  // told as a problem
  if (!sight.away.empty()) {
    return lines.add("state", Outcome::unknown, sight.away,
                     "See whether the host is up: `sotctl doctor` asks it alone.");
  }
  lines.add("state", Outcome::unknown, words,
            "Run this as root, or as the account of the service.");
}

void addLooping(const Sight& sight, core::Time now, Lines& lines) {
  const Details& details = sight.details;
  const bool often = details.restarts.value_or(0) >= kManyRestarts && details.state.since &&
                     now - *details.state.since < kJustStarted;
  if (!details.looping && !often) return;
  std::string words =
      fmt::format("crash-looping: restarted {} times", details.restarts.value_or(0));
  if (!details.last_exit.empty()) words += ", last " + details.last_exit;
  lines.add("loop", Outcome::fail, words,
            command(sight, "logs") + " shows why; stopping it ends the loop.");
}

void addStart(const Sight& sight, Lines& lines) {
  const Details& details = sight.details;
  if (details.start_limit_hit) {
    lines.add("start-limit", Outcome::fail,
              "start limit hit: systemd gave up, and refuses further starts",
              command(sight, "restart") + " clears it and starts the service.");
  }
  if (details.masked) {
    lines.add("masked", Outcome::fail, "unit is masked: it can't be started",
              "`systemctl unmask " + core::shellQuote(sight.service.unit) + "` if that is over.");
  }
  if (details.program_gone) {
    const bool venv = details.program.find("/bin/") != std::string::npos &&
                      !details.program.starts_with("/usr/") &&
                      !details.program.starts_with("/bin/");
    lines.add("program", Outcome::fail,
              fmt::format("{} gone: {} is not there, it would not start again",
                          venv ? "virtual environment" : "program", details.program),
              "Build it again (upgrade.sh of the release) before anything is restarted.");
  }
  if (details.reload_needed) {
    lines.add("reload", Outcome::warn,
              "daemon-reload needed: the unit file is newer than what systemd knows",
              command(sight, "restart") + " does it.");
  }
}

void addCode(const Sight& sight, Lines& lines) {
  if (!sight.old_code.empty()) {
    lines.add("code", Outcome::fail, "old code still running: " + sight.old_code,
              sight.details.image_stale ? "`docker compose up -d` takes the new image."
                                        : command(sight, "restart") + " runs the new code.");
  }
  if (sight.details.configuration_stale) {
    lines.add("configuration", Outcome::warn,
              "the compose files were changed since the container was made; a restart does not "
              "apply that",
              "`docker compose up -d` does.");
  }
}

/// A test that can't fail.
bool provesNothing(const std::string& test) {
  std::string words = test;
  for (const char* shell : {"CMD-SHELL ", "CMD "}) {
    if (words.starts_with(shell)) words.erase(0, std::string(shell).size());
  }
  return words == "true" || words == "/bin/true" || words == "/usr/bin/true" || words == "exit 0" ||
         words == ":";
}

void addHealth(const Sight& sight, core::Time now, Lines& lines) {
  const Details& details = sight.details;
  if (details.health == "unhealthy") {
    lines.add("health", Outcome::fail,
              "unhealthy: " + core::redacted(details.health_says.substr(0, 200)),
              command(sight, "logs") + " shows more.");
  } else if (details.health == "starting" && details.state.since &&
             now - *details.state.since > kStartingLimit) {
    lines.add("health", Outcome::warn, "its health check has not come to an end since the start",
              "Look at what it waits for: " + details.health_test);
  }
  if (!details.health.empty() && provesNothing(details.health_test)) {
    lines.add("health-test", Outcome::warn,
              "its health check always passes (" + details.health_test + "): healthy says nothing",
              "Let it ask the application.");
  }
}

void addRegistration(const Sight& sight, Lines& lines) {
  if (!sight.registration || sight.details.state.running != Running::yes) return;
  const Registration& found = *sight.registration;
  if (!found.registered) {
    lines.add("registered", Outcome::unknown, "worker registered: " + found.words,
              "Configure the instance's Redis, or the heartbeat file of the service.");
  } else if (*found.registered) {
    lines.add("registered", Outcome::pass, found.words);
  } else {
    lines.add("registered", Outcome::fail, "worker not registered: " + found.words,
              command(sight, "logs") + " shows why.");
  }
}

void addReboot(const Sight& sight, Lines& lines) {
  const Details& details = sight.details;
  // Whatever runs from a pid file is nobody's to start at boot; saying so of each helps nobody.
  if (sight.service.manager == config::ServiceManager::pid_file) return;
  if (details.comes_back.value_or(true)) return;
  lines.add("reboot", Outcome::warn,
            "would not come back after a reboot: " + details.comes_back_why,
            sight.service.manager == config::ServiceManager::systemd
                ? "`systemctl enable " + core::shellQuote(sight.service.unit) + "`"
                : "Set restart: unless-stopped in the compose file.");
}

/// What the looks at one host share.
struct Looker {
  Looker(ports::World& home, const config::Instance& of) : world(home), instance(of) {}

  const Release& releaseFor(const config::ServiceSettings& service) {
    if (!release) {
      release = releaseOf(config::worldOf(world, instance, service).files, instance);
    }
    return *release;
  }

  ports::World& world;
  const config::Instance& instance;
  Services services{world, instance};
  std::optional<Release> release{};
};

}  // namespace

std::vector<Sight> lookAt(ports::World& world, const config::Instance& instance,
                          const std::vector<const config::ServiceSettings*>& services) {
  std::vector<Sight> sights(services.size());
  std::map<std::string, Looker> lookers;  // each used by the thread of its host alone
  for (const auto* service : services) lookers.try_emplace(service->host, world, instance);
  const auto errors = sideBySide(world, instance, services, {}, [&](std::size_t at) {
    const config::ServiceSettings& service = *services[at];
    Sight& sight = sights[at];
    Looker& looker = lookers.at(service.host);
    sight.details = looker.services.inspectAll(service);
    sight.old_code = oldCode(service, sight.details, instance, looker.releaseFor(service));
    const bool worker = service.role == config::ServiceRole::worker;
    if (worker && sight.details.state.running == Running::yes) {
      sight.registration = registrationOf(world, instance, service, {}, false);
    }
  });
  for (std::size_t at = 0; at < services.size(); ++at) {
    sights[at].service = *services[at];
    if (!errors[at]) continue;
    sights[at].away = inWords(errors[at]);
    sights[at].details.state = {Running::unknown, {}, 0, {}, sights[at].away};
  }
  return sights;
}

std::vector<core::CheckResult> judge(const Sight& sight, core::Time now, Words words) {
  Lines lines(sight);
  addState(sight, now, words, lines);
  addLooping(sight, now, lines);
  addStart(sight, lines);
  addCode(sight, lines);
  addHealth(sight, now, lines);
  addRegistration(sight, lines);
  addReboot(sight, lines);
  for (const auto& unseen : sight.details.unseen) {
    lines.add("unseen", Outcome::warn, "not all could be seen: " + unseen,
              "Run this as root to see all of it.");
  }
  return lines.take();
}

std::vector<core::CheckResult> judgeFolded(const std::vector<Sight>& sights, core::Time now) {
  std::vector<core::CheckResult> lines;
  std::map<std::tuple<std::string, std::string, Outcome>, std::size_t> places;
  std::map<std::size_t, std::vector<std::pair<std::string, std::string>>> said;
  for (const Sight& sight : sights) {
    const bool shared = !sight.service.shared.empty();
    for (auto& line : judge(sight, now, shared ? Words::brief : Words::full)) {
      if (!shared) {
        lines.push_back(std::move(line));
        continue;
      }
      line.subject = "service " + sight.service.shared;
      const auto [place, is_new] =
          places.try_emplace({line.subject, line.id, line.outcome}, lines.size());
      said[place->second].emplace_back(sight.service.host, line.found);
      if (is_new) lines.push_back(std::move(line));
    }
  }
  for (const auto& [place, answers] : said) lines[place].found = hosts::fold(answers);
  return lines;
}

core::Json toJson(const Sight& sight) {
  const Details& details = sight.details;
  const auto orNull = [](const auto& value) {
    return value ? core::Json(*value) : core::Json(nullptr);
  };
  const auto text = [](const std::string& value) {
    return value.empty() ? core::Json(nullptr) : core::Json(value);
  };
  core::Json process = nullptr;
  if (details.process) {
    process = {{"id", details.process->id},
               {"account", text(details.process->account)},
               {"executable", text(details.process->executable)},
               {"folder", text(details.process->folder)},
               {"started", details.process->started
                               ? core::Json(core::formatUtc(*details.process->started))
                               : core::Json(nullptr)}};
  }
  return {{"name", sight.service.name},
          {"host", text(sight.service.host)},
          {"role", config::roleName(sight.service.role)},
          {"manager", config::managerName(sight.service.manager)},
          {"state", runningName(details.state.running)},
          {"words", details.state.words},
          {"since", details.state.since ? core::Json(core::formatUtc(*details.state.since))
                                        : core::Json(nullptr)},
          {"identity", text(details.state.identity)},
          {"process", std::move(process)},
          {"restarts", orNull(details.restarts)},
          {"health", text(details.health)},
          {"ports", details.ports},
          {"image", text(details.image)},
          {"comes_back", orNull(details.comes_back)},
          {"old_code", text(sight.old_code)},
          {"registered",
           sight.registration ? orNull(sight.registration->registered) : core::Json(nullptr)},
          {"held", sight.held}};
}

}  // namespace service
