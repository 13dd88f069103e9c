#include "lib/permissions/people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/permissions/place.hpp"
#include "lib/service/process.hpp"
#include "lib/service/services.hpp"
#include "lib/service/systemd.hpp"

namespace permissions {
namespace {

constexpr std::array kWebServers{"nginx", "apache2", "httpd", "caddy", "lighttpd"};

std::vector<unsigned> numbers(const std::string& line) {
  std::istringstream stream(line.substr(line.find(':') + 1));
  std::vector<unsigned> found;
  for (unsigned number = 0; stream >> number;) found.push_back(number);
  return found;
}

ports::Identity identityOf(ports::Files& files, int process) {
  return parseIdentity(files.read(fmt::format("/proc/{}/status", process)));
}

/// What a unit's sandbox may keep from its processes (systemd.exec(5), systemd 252).
constexpr std::array kSandbox{"ProtectSystem",       "ProtectHome",    "PrivateTmp",
                              "ReadOnlyPaths",       "ReadWritePaths", "InaccessiblePaths",
                              "TemporaryFileSystem", "RootDirectory",  "DynamicUser"};

std::map<std::string, std::string> sandboxOf(ports::World& world, const std::string& unit) {
  ports::Command command{{"systemctl", "show"}};
  for (const char* property : kSandbox) command.argv.insert(command.argv.end(), {"-p", property});
  command.argv.insert(command.argv.end(), {"--", unit});
  command.mutates = false;
  std::map<std::string, std::string> set;
  for (auto& [name, value] : service::parseProperties(world.shell.run(command).out)) {
    if (!value.empty() && value != "no") set[name] = value;
  }
  return set;
}

/// The security module's word: /proc/ID/attr/current (proc(5)); SELinux ends it with a zero byte.
std::string confinementOf(ports::Files& files, int process) {
  try {
    std::string word = files.read(fmt::format("/proc/{}/attr/current", process));
    word = std::string(core::trim(word.substr(0, word.find('\0'))));
    return word == "unconfined" ? "" : word;
  } catch (const core::Error&) {
    return {};  // no security module, or it ended
  }
}

/// Gathers each user of a role once.
class Gathering {
 public:
  Gathering(ports::World& world, People& people) : world_(world), people_(people) {}

  void add(const std::string& role, const std::string& service, int process,
           const std::map<std::string, std::string>& sandbox = {}) {
    Person person{role, "", {}, process, service, sandbox};
    try {
      person.identity = identityOf(world_.files, process);
    } catch (const core::Error& error) {
      // It ended between two looks.
      if (error.kind() == core::Kind::not_found) return;
      throw;
    }
    // A web server's master only opens ports; what reads files are its workers.
    if (role == "web" && person.identity.uid == 0) return;
    const bool known = std::any_of(people_.all.begin(), people_.all.end(), [&](const Person& p) {
      return p.role == role && p.identity == person.identity;
    });
    if (known) return;
    person.account = world_.itsTrees().accountName(person.identity.uid);
    if (person.account.empty()) person.account = std::to_string(person.identity.uid);
    person.confinement = confinementOf(world_.files, process);
    people_.all.push_back(std::move(person));
  }

 private:
  ports::World& world_;
  People& people_;
};

bool isWebServer(const service::Process& process) {
  if (process.command.empty() || process.ended) return false;
  // nginx writes its title over its arguments: "nginx: worker process".
  std::string program = process.command.front().substr(0, process.command.front().find(':'));
  program = program.substr(program.rfind('/') + 1);
  return std::find(kWebServers.begin(), kWebServers.end(), program) != kWebServers.end();
}

/// Whether it belongs to this installation: by its folder, or by a word of its command.
bool runsIn(ports::Files& files, const service::Process& process, const std::string& root) {
  if (root.empty()) return false;
  const auto below = [&](const std::string& path) {
    return path == root || path.starts_with(root + "/");
  };
  if (std::any_of(process.command.begin(), process.command.end(), below)) return true;
  try {
    return below(files.linkTarget(fmt::format("/proc/{}/cwd", process.id)));
  } catch (const core::Error&) {
    return false;
  }
}

/// The role of a process that no configured service has, by its command; empty: none of ours.
std::string roleBySight(ports::Files& files, const service::Process& process,
                        const config::Instance& instance) {
  if (process.command.empty() || process.ended) return {};
  if (isWebServer(process)) return "web";
  const std::string words = core::join(process.command, " ");
  const auto says = [&](const char* word) { return words.find(word) != std::string::npos; };
  std::string role;
  if (says("rqworker") || (says("celery") && says("worker"))) {
    role = "worker";
  } else if (says("rqscheduler") || (says("celery") && says("beat"))) {
    role = "scheduler";
  } else if (says("gunicorn") || says("uwsgi") || says("nautobot-server start")) {
    role = "application";
  }
  return !role.empty() && runsIn(files, process, instance.root) ? role : "";
}

}  // namespace

std::string Person::inWords() const {
  if (process == 0) return account;
  return fmt::format("{} ({}, process {})", account, role, process);
}

core::Json toJson(const Person& person) {
  return {{"role", person.role},
          {"user", person.account},
          {"uid", person.identity.uid},
          {"gid", person.identity.gid},
          {"groups", person.identity.groups},
          {"process", person.process},
          {"service", person.service},
          {"sandbox", person.sandbox},
          {"confinement", person.confinement}};
}

std::vector<const Person*> People::ofRole(const std::string& role) const {
  std::vector<const Person*> found;
  for (const Person& person : all) {
    if (person.role == role) found.push_back(&person);
  }
  return found;
}

ports::Identity parseIdentity(const std::string& status) {
  ports::Identity identity;
  bool has_user = false;
  bool has_group = false;
  for (const std::string& line : core::split(status, '\n')) {
    // Real, effective, saved, of the file system.
    const bool is_user = line.starts_with("Uid:");
    if (!is_user && !line.starts_with("Gid:")) {
      if (line.starts_with("Groups:")) identity.groups = numbers(line);
      continue;
    }
    const std::vector<unsigned> ids = numbers(line);
    if (ids.size() != 4) break;
    (is_user ? identity.uid : identity.gid) = ids[1];
    (is_user ? has_user : has_group) = true;
  }
  if (!has_user || !has_group) {
    throw core::Error(core::Kind::corrupt, "the status of a process has no user or no group");
  }
  return identity;
}

People runtimePeople(ports::World& there, const config::Instance& instance,
                     const std::string& host) {
  People people;
  Gathering gathering(there, people);
  service::Services services(there, instance);
  const std::vector<service::Process> everyone = service::Processes(there.files).all();
  for (config::ServiceSettings service : instance.services) {
    if (!runsOn(service, host)) continue;
    service.host.clear();  // seen from there
    const std::string role = config::roleName(service.role);
    people.configured.insert(role);
    const service::ServiceState state = services.observe(service);
    const auto main = std::find_if(everyone.begin(), everyone.end(),
                                   [&](const auto& one) { return one.id == state.pid; });
    if (state.pid == 0 || main == everyone.end()) {
      people.silent.push_back(service.name);
      continue;
    }
    std::map<std::string, std::string> sandbox;
    if (service.manager == config::ServiceManager::systemd)
      sandbox = sandboxOf(there, service.unit);
    for (const service::Process& process : service::familyOf(*main, everyone)) {
      gathering.add(role, service.name, process.id, sandbox);
    }
  }
  for (const service::Process& process : everyone) {
    const std::string role = roleBySight(there.files, process, instance);
    if (role.empty() || people.configured.contains(role)) continue;
    gathering.add(role, process.command.front(), process.id);
  }
  return people;
}

Person personNamed(ports::World& world, const std::string& account) {
  const auto identity = world.itsTrees().account(account);
  if (!identity) {
    throw core::Error(core::Kind::not_found, "no account " + account + " on this host",
                      "List the accounts with `getent passwd`.");
  }
  return {"user:" + account, account, *identity, 0, ""};
}

}  // namespace permissions
