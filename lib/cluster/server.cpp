#include "lib/cluster/server.hpp"

#include <fmt/format.h>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

std::string unitOf(const config::Instance& instance, const std::string& service) {
  for (const auto& each : instance.services) {
    if (each.name == service && each.manager == config::ServiceManager::systemd) return each.unit;
  }
  return {};
}

}  // namespace

Server::Server(Environment environment, const config::NodeSettings& node)
    : environment_(environment), node_(node), unit_(unitOf(environment.instance, node.service)) {
  if (unit_.empty() && (node.data.empty() || node.tools.empty())) {
    throw core::Error(core::Kind::configuration,
                      fmt::format("node {} can't be started and stopped: it has no unit, and not "
                                  "both data and tools",
                                  node.name),
                      "Set service, or data and tools, in its [[node]].");
  }
}

ports::Files& Server::files() const {
  return config::worldOf(environment_.world, environment_.instance, node_.host).files;
}

std::string Server::account() const {
  const auto info = files().info(node_.data);
  if (!info) {
    throw core::Error(core::Kind::not_found,
                      fmt::format("node {} has no data folder {}", node_.name, node_.data));
  }
  return info->owner_name;
}

ports::Command Server::program(const std::string& name, std::vector<std::string> arguments) const {
  ports::Command command;
  command.argv = {node_.tools + "/" + name};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  const std::string owner = account();
  if (owner != environment_.world.caller.account || !node_.host.empty()) command.user = owner;
  return command;
}

ports::Outcome Server::run(const ports::Command& command) const {
  return config::worldOf(environment_.world, environment_.instance, node_.host).shell.run(command);
}

void Server::must(const ports::Command& command, const std::string& what) const {
  const auto outcome = run(command);
  if (outcome.ok()) return;
  throw core::Error(core::Kind::failed_check, fmt::format("{}: {}", what, outcome.inWords()),
                    "The server's log says why.");
}

std::vector<std::string> Server::argvFor(const char* verb) const {
  if (!unit_.empty()) return {"systemctl", verb, "--", unit_};
  return {node_.tools + "/pg_ctl", "--pgdata", node_.data, "--wait", "--mode", "fast", verb};
}

void Server::act(const char* verb, core::Duration limit) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(limit);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
  ports::Command command{argvFor(verb)};
  if (unit_.empty()) {
    // Its output would keep our pipe open as long as the server runs.
    command =
        program("pg_ctl", {"--pgdata", node_.data, "--log", node_.data + "/sotctl-start.log",
                           "--wait", "--timeout", std::to_string(seconds), "--mode", "fast", verb});
  }
  command.limit = milliseconds + std::chrono::seconds(5);
  must(command, fmt::format("node {} could not be {}", node_.name,
                            std::string_view(verb) == "stop" ? "stopped" : "started"));
}

void Server::stop(core::Duration limit) {
  const Node now = environment_.look(node_.name);
  if (now.role == Role::stopped) return;
  act("stop", limit);
}

void Server::start(core::Duration limit) {
  if (environment_.look(node_.name).answers()) return;
  act("start", limit);
  if (waitFor(environment_.world, limit, [&] { return environment_.look(node_.name).answers(); }))
    return;
  throw core::Error(core::Kind::timed_out,
                    fmt::format("node {} was started and does not answer", node_.name),
                    "The server's log says why.");
}

std::string Server::manualStop() const { return core::shellLine(argvFor("stop")); }
std::string Server::manualStart() const { return core::shellLine(argvFor("start")); }

}  // namespace cluster
