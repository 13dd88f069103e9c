#include "lib/permissions/people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/process.hpp"
#include "lib/service/services.hpp"

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

/// Gathers each user of a role once.
class Gathering {
 public:
  Gathering(ports::World& world, People& people) : world_(world), people_(people) {}

  void add(const std::string& role, const std::string& service, int process) {
    Person person{role, "", {}, process, service};
    try {
      person.identity = identityOf(world_.files, process);
    } catch (const core::Error& error) {
      // It ended between two looks.
      if (error.kind() == core::Kind::not_found) return;
      throw;
    }
    const bool known = std::any_of(people_.all.begin(), people_.all.end(), [&](const Person& p) {
      return p.role == role && p.identity == person.identity;
    });
    if (known) return;
    person.account = world_.itsTrees().accountName(person.identity.uid);
    if (person.account.empty()) person.account = std::to_string(person.identity.uid);
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

}  // namespace

std::string Person::inWords() const {
  if (process == 0) return account;
  return fmt::format("{} ({}, process {})", account, role, process);
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

People runtimePeople(ports::World& world, const config::Instance& instance) {
  People people;
  Gathering gathering(world, people);
  service::Services services(world, instance);
  service::Processes processes(world.files);
  bool has_web = false;
  for (const config::ServiceSettings& service : instance.services) {
    const std::string role = config::roleName(service.role);
    if (&config::worldOf(world, instance, service) !=
        &world) {  // its processes are not ours to find
      people.silent.push_back(service.name);
      continue;
    }
    const service::ServiceState state = services.observe(service);
    const auto main = state.pid == 0 ? std::nullopt : processes.find(state.pid);
    if (!main) {
      people.silent.push_back(service.name);
      continue;
    }
    const bool web = service.role == config::ServiceRole::web;
    has_web = has_web || web;
    for (const service::Process& process : processes.family(*main)) {
      // A web server's master only opens ports; what reads files are its workers.
      if (web && process.account == "root") continue;
      gathering.add(role, service.name, process.id);
    }
  }
  if (has_web) return people;
  for (const service::Process& process : processes.all()) {
    if (isWebServer(process) && process.account != "root") {
      gathering.add("web", process.command.front(), process.id);
    }
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
