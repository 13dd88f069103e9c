#include "lib/cluster/server.hpp"

#include <fmt/format.h>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

std::string unitOf(const config::Instance& instance, const config::NodeSettings& node) {
  for (const auto& each : instance.services) {
    const bool named = each.name == node.service || each.commonName() == node.service;
    if (named && each.host == node.host && each.manager == config::ServiceManager::systemd) {
      return each.unit;
    }
  }
  return {};
}

constexpr auto kHangs = std::chrono::seconds(10);
constexpr auto kQuestion = std::chrono::seconds(20);

}  // namespace

Server::Server(Environment environment, const config::NodeSettings& node)
    : environment_(environment), node_(node), unit_(unitOf(environment.instance, node)) {
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
  arguments.insert(arguments.begin(), node_.tools + "/" + name);
  return asOwner(std::move(arguments));
}

ports::Command Server::asOwner(std::vector<std::string> argv) const {
  return as(account(), std::move(argv));
}

ports::Command Server::as(const std::string& owner, std::vector<std::string> argv) const {
  ports::Command command{std::move(argv)};
  if (owner != environment_.world.caller.account || !node_.host.empty()) command.user = owner;
  return command;
}

ports::Command Server::beside(std::vector<std::string> argv) const {
  const std::string above = node_.data.substr(0, node_.data.rfind('/'));
  const auto info = files().info(above);
  return as(info ? info->owner_name : account(), std::move(argv));
}

void Server::makeBeside(const std::string& folder) const {
  must(beside({"install", "--directory", "--mode=0700", "--owner=" + account(), "--", folder}),
       folder + " can't be made");
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

std::string Server::read(const std::string& path) const {
  auto command = asOwner({"cat", "--", path});
  command.mutates = false;
  const auto outcome = run(command);
  if (outcome.ok()) return outcome.out;
  throw core::Error(core::Kind::not_found,
                    fmt::format("{} can't be read: {}", path, outcome.inWords()));
}

void Server::write(const std::string& path, const std::string& text) const {
  const std::string fresh = path + ".sotctl-new";
  auto& shell = config::worldOf(environment_.world, environment_.instance, node_.host).shell;
  const auto outcome = shell.run(asOwner({"dd", "of=" + fresh, "conv=fsync", "status=none"}), text);
  if (!outcome.ok()) {
    throw core::Error(core::Kind::failed_check,
                      fmt::format("{} can't be written: {}", path, outcome.inWords()));
  }
  must(asOwner({"mv", "-T", "--", fresh, path}), path + " can't be put in place");
  must(asOwner({"sync", "--", path.substr(0, path.rfind('/'))}), path + " can't be synced");
}

void Server::remove(const std::string& path) const {
  must(asOwner({"rm", "-f", "--", path}), path + " can't be removed");
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
  Node now = environment_.look(node_.name);
  const auto hangs = [&] {
    return now.has_process_file && now.control && now.control->state.starts_with("shut");
  };
  waitFor(environment_.world, kHangs, [&] {
    now = environment_.look(node_.name);
    return !hangs();
  });
  if (now.answers()) return;
  if (hangs()) crash();
  if (!heldBack()) refuseSecondPrimary("is not started");
  act("start", limit);
  if (waitFor(environment_.world, limit, [&] { return environment_.look(node_.name).answers(); }))
    return;
  throw core::Error(core::Kind::timed_out,
                    fmt::format("node {} was started and does not answer", node_.name),
                    "The server's log says why.");
}

void Server::refuseSecondPrimary(const std::string& what) const {
  for (const auto& other : environment_.instance.nodes) {
    if (other.name == node_.name || environment_.look(other.name).role != Role::primary) continue;
    throw core::Error(
        core::Kind::refused,
        fmt::format("node {} {}: it would take writes, and {} does", node_.name, what, other.name),
        fmt::format("`sotctl failover rejoin {}` makes it a standby.", node_.name));
  }
}

bool Server::running() const {
  auto command = program("pg_ctl", {"--pgdata", node_.data, "status"});
  command.mutates = false;
  command.limit = kQuestion;
  const auto outcome = run(command);
  if (outcome.ok()) return true;
  if (outcome.signal == 0 && outcome.status == 3) return false;  // as its manual says
  throw core::Error(core::Kind::undetermined,
                    fmt::format("pg_ctl status of node {}: {}", node_.name, outcome.inWords()));
}

void Server::crash() {
  if (!running()) return;
  auto command = program("pg_ctl", {"--pgdata", node_.data, "--wait", "--timeout", "30", "--mode",
                                    "immediate", "stop"});
  command.limit = std::chrono::seconds(40);
  const auto outcome = run(command);
  if (outcome.ok() || !running()) return;
  throw core::Error(core::Kind::failed_check,
                    fmt::format("node {} could not be ended: {}", node_.name, outcome.inWords()),
                    "Look at its processes.");
}

void Server::holdBack() {
  if (!heldBack()) write(node_.data + "/standby.signal", "");
}

void Server::letLead() {
  refuseSecondPrimary("stays held back");
  forgetStandby();
}

void Server::forgetStandby() { remove(node_.data + "/standby.signal"); }

bool Server::heldBack() const { return files().info(node_.data + "/standby.signal").has_value(); }

void Server::mask() {
  if (unit_.empty()) return;
  must({.argv = {"systemctl", "mask", "--", unit_}, .limit = kQuestion},
       fmt::format("unit {} of node {} could not be masked", unit_, node_.name));
}

void Server::unmask() {
  if (unit_.empty()) return;
  must({.argv = {"systemctl", "unmask", "--", unit_}, .limit = kQuestion},
       fmt::format("unit {} of node {} could not be unmasked", unit_, node_.name));
}

bool Server::masked() const {
  if (unit_.empty()) return false;
  const auto outcome =
      run({.argv = {"systemctl", "is-enabled", "--", unit_}, .limit = kQuestion, .mutates = false});
  return core::trim(outcome.out).starts_with("masked");
}

void Server::settle(core::Duration limit) {
  if (!unit_.empty()) act("stop", limit);
}

std::string Server::manualStop() const { return core::shellLine(argvFor("stop")); }
std::string Server::manualStart() const { return core::shellLine(argvFor("start")); }

}  // namespace cluster
