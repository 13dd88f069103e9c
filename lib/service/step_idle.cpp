#include "lib/service/step_idle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/hosts/parallel.hpp"
#include "lib/service/process.hpp"

namespace service {
namespace {

constexpr const char* kKind = "instance.idle";

std::string lastComponent(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// Whether work is of this instance: it names its database or its folder, or runs there. Where the
/// application is in containers its paths tell nothing, and it is taken for ours.
bool isOurs(const Environment& environment, const Process& process) {
  const config::Instance& instance = environment.instance;
  const std::string line = core::join(process.command, " ");
  if (lastComponent(process.command.front()).starts_with("pg_")) {
    return line.find(instance.database.name) != std::string::npos;
  }
  const bool contained = std::any_of(
      instance.services.begin(), instance.services.end(),
      [](const auto& service) { return service.manager == config::ServiceManager::compose; });
  if (contained || instance.root.empty()) return true;
  if (line.find(instance.root) != std::string::npos) return true;
  try {
    const auto folder = environment.world.files.linkTarget(fmt::format("/proc/{}/cwd", process.id));
    const auto root = environment.world.files.resolve(instance.root).value_or(instance.root);
    return folder == root || folder.starts_with(root + "/");
  } catch (const core::Error&) {
    return true;  // not ours to see
  }
}

std::vector<std::string> atWorkHere(const Environment& environment) {
  ports::World& world = environment.world;
  std::vector<std::string> found;
  for (const auto& process : Processes(world.files).all()) {
    if (process.id == world.caller.pid || process.ended || !isHeavyWork(process.command)) continue;
    if (!isOurs(environment, process)) continue;
    found.push_back(fmt::format("process {} as {}: {}", process.id, process.account,
                                core::printable(core::join(process.command, " ").substr(0, 80))));
  }
  return found;
}

/// One line of `ps`: "4711 postgres /usr/bin/pg_dump -Fc netbox". Folders of other people's
/// processes are not looked at: what names neither database nor installation is not told from a
/// stranger's.
bool isWorkElsewhere(const config::Instance& instance, const std::string& line) {
  auto words = core::split(core::trim(line), ' ');
  words.erase(std::remove(words.begin(), words.end(), std::string()), words.end());
  if (words.size() < 3) return false;
  const std::vector<std::string> command(words.begin() + 2, words.end());
  if (!isHeavyWork(command)) return false;
  const bool dump = lastComponent(command.front()).starts_with("pg_");
  const std::string& mark = dump ? instance.database.name : instance.root;
  return mark.empty() || line.find(mark) != std::string::npos;
}

std::vector<std::string> atWorkElsewhere(const Environment& environment, std::string& unseen) {
  const config::Instance& instance = environment.instance;
  std::vector<std::string> names;
  for (const auto& host : instance.hosts) {
    const std::string& name = host.address.name;
    if (&config::worldOf(environment.world, instance, name) != &environment.world) {
      names.push_back(name);
    }
  }
  const auto answers = hosts::askHosts<std::string>(
      names, {}, environment.world.cancellation, [&](const std::string& name) {
        return config::worldOf(environment.world, instance, name)
            .shell
            .run({.argv = {"ps", "-eo", "pid=,user=,args="},
                  .limit = std::chrono::seconds(20),
                  .mutates = false})
            .out;
      });
  environment.world.cancellation.check();
  std::vector<std::string> found;
  for (const auto& answer : answers) {
    if (answer.ended != hosts::Ended::well) unseen = answer.host + " could not be asked";
    for (const auto& line : core::split(answer.value, '\n')) {
      if (!isWorkElsewhere(instance, line)) continue;
      found.push_back(fmt::format("on {}: process {}", answer.host,
                                  core::printable(core::trim(line).substr(0, 100))));
    }
  }
  return found;
}

/// Programs of other places show as sessions. A database that does not answer tells nothing, which
/// may be why everything is restarted.
std::vector<std::string> atWorkInDatabase(const Environment& environment, std::string& unseen) {
  std::vector<std::string> found;
  if (environment.instance.database.name.empty()) return found;
  try {
    auto sql = database::Database(environment.world, environment.instance).application();
    const auto rows = sql->query(
        "SELECT application_name || ' of ' || usename AS who FROM pg_stat_activity WHERE datname = "
        "current_database() AND application_name IN ('pg_dump', 'pg_restore', 'pg_dumpall')");
    for (std::size_t i = 0; i < rows.size(); ++i) found.push_back("session " + rows.text(i, "who"));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    unseen = fmt::format("the database could not be asked: {}", error.what());
  }
  return found;
}

}  // namespace

bool isHeavyWork(const std::vector<std::string>& command) {
  for (std::size_t i = 0; i < command.size() && i < 3; ++i) {
    const std::string name = lastComponent(command[i]);
    if (name == "pg_dump" || name == "pg_dumpall" || name == "pg_restore" || name == "upgrade.sh") {
      return true;
    }
    const std::string next = i + 1 < command.size() ? command[i + 1] : "";
    if (name == "manage.py" || name == "nautobot-server") {
      return next == "migrate" || next == "post_upgrade" || next == "upgrade" || next == "loaddata";
    }
  }
  return false;
}

Idle::Idle(Environment environment, const core::Json& arguments)
    : environment_(environment), accepted_(arguments.value("accepted", false)) {}

step::Observation Idle::observe(const core::Json*) {
  std::string unseen;
  auto found = atWorkHere(environment_);
  for (auto& one : atWorkElsewhere(environment_, unseen)) found.push_back(std::move(one));
  for (auto& one : atWorkInDatabase(environment_, unseen)) found.push_back(std::move(one));
  if (found.empty()) {
    return seen(kKind, environment_.instance.name,
                unseen.empty() ? core::Outcome::pass : core::Outcome::warn,
                unseen.empty() ? "nothing is at work" : "nothing is at work here; " + unseen);
  }
  core::CheckResult busy{kKind,
                         environment_.instance.name,
                         core::Outcome::fail,
                         core::join(found, "; "),
                         title(),
                         "Wait for its end. --accept busy goes on all the same."};
  if (!accepted_) return step::blocked(std::move(busy));
  busy.outcome = core::Outcome::warn;
  return step::observed(std::move(busy));
}

std::vector<std::string> Idle::manual() const {
  return {"pgrep -af 'pg_dump|pg_restore|migrate|upgrade.sh'  # must find nothing"};
}

}  // namespace service
