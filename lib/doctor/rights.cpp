#include "lib/doctor/rights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/doctor/outcome.hpp"
#include "lib/hosts/parallel.hpp"

namespace doctor {
namespace {

using Sudo = ports::HostAddress::Sudo;
using Remote = ports::HostAddress::Remote;

/// Verbs that change an instance, and whether they stop and start its services.
struct VerbRights {
  const char* verb;
  bool stops;
  bool starts;
};

constexpr std::array kVerbs{
    VerbRights{"service restart", true, true},  VerbRights{"service stop", true, false},
    VerbRights{"service start", false, true},   VerbRights{"service hold", true, false},
    VerbRights{"service release", false, true}, VerbRights{"restore run", true, true},
    VerbRights{"restore undo", true, true},     VerbRights{"restore finish", false, false},
    VerbRights{"backup create", false, false},  VerbRights{"run resume", true, true},
    VerbRights{"run abort", true, true},        VerbRights{"run undo", true, true}};

const VerbRights* find(const std::string& verb) {
  const auto found = std::find_if(kVerbs.begin(), kVerbs.end(),
                                  [&](const VerbRights& one) { return verb == one.verb; });
  return found == kVerbs.end() ? nullptr : &*found;
}

const VerbRights& known(const std::string& verb) {
  if (const VerbRights* found = find(verb)) return *found;
  std::vector<std::string> verbs;
  for (const VerbRights& one : kVerbs) verbs.emplace_back(one.verb);
  const auto near = core::nearest(verb, verbs);
  throw core::Error(
      core::Kind::usage, fmt::format("no rules are known for '{}'", core::printable(verb)),
      fmt::format("{}There are rules for: {}.",
                  near.empty() ? "" : fmt::format("Did you mean '{}'? ", near.front()),
                  core::join(verbs, ", ")));
}

bool runsOn(const config::ServiceSettings& service, const std::string& host,
            config::ServiceManager manager) {
  return service.manager == manager && service.host == host;
}

bool runsOnAny(const config::Instance& instance, const std::string& host,
               config::ServiceManager manager) {
  return std::any_of(instance.services.begin(), instance.services.end(),
                     [&](const auto& service) { return runsOn(service, host, manager); });
}

/// Words of a sudoers file: some characters mean something there (sudoers(5), 1.9.13).
std::string sudoersWord(const std::string& word) {
  std::string text;
  for (const char c : word) {
    if (std::string_view(",:=\\*?[]!\" ").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

std::string sudoersLine(const Argv& argv) {
  std::vector<std::string> words;
  for (const std::string& word : argv) words.push_back(sudoersWord(word));
  // Rules need whole paths; sudo finds the program through its own secure_path.
  if (!words.front().starts_with('/')) words.front() = "/usr/bin/" + words.front();
  return core::join(words, " ");
}

/// Nothing, or why sudo would refuse: its own word for it.
core::CheckResult ask(ports::World& there, const std::string& host, Sudo sudo,
                      const std::vector<Argv>& rights, const std::string& verb) {
  const std::string id = "rights." + host;
  const std::string subject = fmt::format("rights on {} for {}", host, verb);
  ports::Command who{{"id", "-u"}};
  who.mutates = false;
  if (core::trim(there.shell.run(who).out) == "0") return passed(id, subject, "the login is root");
  if (sudo == Sudo::none) {
    return failed(id, subject, fmt::format("the login is not root, and sudo is not used there"),
                  "Set `sudo` of the host in the configuration, or log in as root.");
  }
  std::vector<std::string> refused;
  for (const Argv& argv : rights) {
    ports::Command question{{"sudo", "-n", "-l", "--"}};
    question.argv.insert(question.argv.end(), argv.begin(), argv.end());
    question.mutates = false;
    const ports::Outcome outcome = there.shell.run(question);
    if (outcome.ok()) continue;
    if (sudo == Sudo::ask && outcome.err.find("password is required") != std::string::npos) {
      return unknown(id, subject, "sudo asks for a password before it tells",
                     "It is asked for when the first command needs it.");
    }
    refused.push_back(core::shellLine(argv));
  }
  if (refused.empty()) return passed(id, subject, "sudo allows what is needed");
  return failed(id, subject, "sudo does not allow: " + core::join(refused, "; "),
                fmt::format("`sotctl doctor --sudoers '{}'` prints the rules.", verb));
}

}  // namespace

std::vector<Argv> neededRights(const config::Instance& instance, const config::HostSettings& host,
                               const std::string& verb) {
  const VerbRights& rights = known(verb);
  std::vector<Argv> all;
  // Locks and markers, and every file that is changed.
  if (host.address.remote == Remote::installed) {
    all.push_back({"/usr/lib/sotctl/sotctl-remote", "serve"});
  } else {
    all.push_back({"/bin/sh"});
  }
  using Manager = config::ServiceManager;
  for (const config::ServiceSettings& service : instance.services) {
    if (!runsOn(service, host.address.name, Manager::systemd)) continue;
    for (const char* word : {"stop", "start", "reset-failed"}) {
      if (word == std::string("stop") ? !rights.stops : !rights.starts) continue;
      all.push_back({"systemctl", word, "--no-ask-password", "--", service.unit});
    }
  }
  if (rights.starts && runsOnAny(instance, host.address.name, Manager::systemd)) {
    all.push_back({"systemctl", "daemon-reload", "--no-ask-password"});
  }
  const bool engine = runsOnAny(instance, host.address.name, Manager::compose);
  if (engine && (rights.stops || rights.starts)) all.push_back({"docker"});
  return all;
}

std::string sudoers(const config::Instance& instance, const std::vector<std::string>& verbs,
                    const std::string& login) {
  std::string text;
  for (const std::string& verb : verbs) known(verb);
  for (const config::HostSettings& host : instance.hosts) {
    if (host.address.sudo == Sudo::none) continue;
    std::vector<std::string> lines;
    for (const std::string& verb : verbs) {
      for (const Argv& argv : neededRights(instance, host, verb)) {
        const std::string line = sudoersLine(argv);
        if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
      }
    }
    text += fmt::format("# {}: /etc/sudoers.d/sotctl, for {} of instance {}\n", host.address.name,
                        core::join(verbs, ", "), instance.name);
    if (host.address.remote == Remote::upload) {
      text +=
          "# /bin/sh is everything: with sotctl-remote installed there and remote = \"installed\", "
          "that one program is enough.\n";
    }
    if (runsOnAny(instance, host.address.name, config::ServiceManager::compose)) {
      text += "# Whoever may use the engine is root there: so is whoever may run docker.\n";
    }
    const std::string who = host.address.user.empty() ? login : host.address.user;
    const char* tag = host.address.sudo == Sudo::without_password ? "NOPASSWD: " : "";
    for (const std::string& line : lines)
      text += fmt::format("{} ALL=(root) {}{}\n", who, tag, line);
  }
  if (text.empty()) {
    text = fmt::format("# no host of instance {} uses sudo\n", instance.name);
  }
  return text;
}

std::vector<core::CheckResult> checkRights(ports::World& world, const config::Instance& instance,
                                           const std::string& verb) {
  std::vector<core::CheckResult> results;
  if (find(verb) == nullptr) return results;
  std::vector<std::string> names;
  for (const config::HostSettings& host : instance.hosts) {
    if (&config::worldOf(world, instance, host.address.name) == &world) continue;
    names.push_back(host.address.name);
  }
  const auto answers = hosts::askHosts<core::CheckResult>(
      names, {}, world.cancellation, [&](const std::string& name) {
        const config::HostSettings& host = config::hostNamed(instance, name);
        return ask(config::worldOf(world, instance, name), name, host.address.sudo,
                   neededRights(instance, host, verb), verb);
      });
  for (const auto& answer : answers) {
    if (answer.ended == hosts::Ended::well) results.push_back(answer.value);
    if (answer.ended != hosts::Ended::failed) continue;
    try {
      std::rethrow_exception(answer.error);
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      results.push_back(
          unknown("rights." + answer.host, "rights on " + answer.host, error.what(), error.hint()));
    }
  }
  return results;
}

}  // namespace doctor
