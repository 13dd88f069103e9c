#include "lib/discover/compose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "lib/service/containers.hpp"

namespace discover {
namespace {

const core::Json& at(const core::Json& json, const char* key) {
  static const core::Json kNothing;
  const auto found = json.is_object() ? json.find(key) : json.end();
  return json.is_object() && found != json.end() ? *found : kNothing;
}

std::string text(const core::Json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

std::string commandOf(const core::Json& container) {
  std::vector<std::string> words{text(at(container, "Path"))};
  for (const auto& word : at(container, "Args")) words.push_back(text(word));
  return core::join(words, " ");
}

/// "0.0.0.0" and "::" are every address: this host's own is one of them.
std::string reached(const core::Json& published) {
  std::string address = text(at(published, "HostIp"));
  if (address.empty() || address == "0.0.0.0" || address == "::") address = "127.0.0.1";
  if (address.find(':') != std::string::npos) address = "[" + address + "]";
  return address + ":" + text(at(published, "HostPort"));
}

ComposePart partOf(const core::Json& container) {
  const core::Json& config = at(container, "Config");
  ComposePart part;
  part.name = text(at(at(config, "Labels"), "com.docker.compose.service"));
  part.image = text(at(config, "Image"));
  part.command = commandOf(container);
  for (const auto& line : at(config, "Env")) {
    const std::string pair = text(line);
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    part.environment[pair.substr(0, equals)] = core::Secret(pair.substr(equals + 1));
  }
  for (const auto& [inside, outside] : at(at(container, "NetworkSettings"), "Ports").items()) {
    int port = 0;
    std::from_chars(inside.data(), inside.data() + inside.size(), port);
    if (outside.is_array() && !outside.empty()) part.ports[port] = reached(outside.front());
  }
  return part;
}

bool mentions(const ComposePart& part, const char* word) {
  return part.command.find(word) != std::string::npos ||
         part.image.find(word) != std::string::npos || part.name.find(word) != std::string::npos;
}

bool mentions(const ComposeProject& project, const char* word) {
  return std::any_of(project.parts.begin(), project.parts.end(),
                     [&](const ComposePart& part) { return mentions(part, word); });
}

/// Its last component without a tag: "netbox" of "netboxcommunity/netbox:v4.2".
std::string imageName(const std::string& image) {
  const std::string last = image.substr(image.rfind('/') + 1);
  return last.substr(0, last.find_first_of(":@"));
}

std::optional<config::ServiceRole> storeRole(const std::string& word) {
  using Role = config::ServiceRole;
  constexpr std::array<std::pair<const char*, Role>, 8> kStores{{{"postgres", Role::database},
                                                                 {"postgresql", Role::database},
                                                                 {"redis", Role::redis},
                                                                 {"redis-server", Role::redis},
                                                                 {"valkey", Role::redis},
                                                                 {"valkey-server", Role::redis},
                                                                 {"nginx", Role::web},
                                                                 {"caddy", Role::web}}};
  for (const auto& [name, role] : kStores) {
    if (word == name) return role;
  }
  return std::nullopt;
}

}  // namespace

config::ServiceRole roleOf(const ComposePart& part) {
  using Role = config::ServiceRole;
  const auto says = [&](const char* word) { return part.command.find(word) != std::string::npos; };
  const auto called = [&](const char* word) { return part.name.find(word) != std::string::npos; };
  if (says("rqworker") || (says("celery") && says("worker"))) return Role::worker;
  if (says("rqscheduler") || (says("celery") && says("beat")) || says("housekeeping")) {
    return Role::scheduler;
  }
  for (const std::string& word : core::split(part.command, ' ')) {
    if (const auto role = storeRole(word.substr(word.rfind('/') + 1))) return *role;
  }
  if (const auto role = storeRole(imageName(part.image))) return *role;
  if (called("postgres") || part.name == "db") return Role::database;
  if (called("redis") || called("valkey")) return Role::redis;
  if (called("worker")) return Role::worker;
  if (called("beat") || called("scheduler") || called("housekeeping")) return Role::scheduler;
  if (part.name == "netbox" || part.name == "nautobot" || says("nautobot-server start") ||
      says("uwsgi") || says("gunicorn") || says("granian") || says("launch-netbox")) {
    return Role::application;
  }
  return Role::other;
}

std::vector<ComposeProject> projectsIn(const std::string& inspected) {
  const auto json = core::Json::parse(inspected, nullptr, false);
  if (!json.is_array()) {
    throw core::Error(core::Kind::undetermined, "the container engine's answer can't be read: " +
                                                    core::printable(inspected.substr(0, 120)));
  }
  std::map<std::string, ComposeProject> all;
  for (const auto& container : json) {
    const core::Json& labels = at(at(container, "Config"), "Labels");
    const std::string name = text(at(labels, "com.docker.compose.project"));
    if (name.empty() || text(at(labels, "com.docker.compose.oneoff")) == "True") continue;
    ComposeProject& project = all[name];
    project.name = name;
    ComposePart part = partOf(container);
    const bool known = std::any_of(project.parts.begin(), project.parts.end(),
                                   [&](const auto& one) { return one.name == part.name; });
    if (!known && !part.name.empty()) project.parts.push_back(std::move(part));
  }
  std::vector<ComposeProject> ours;
  for (auto& [name, project] : all) {
    const bool nautobot = mentions(project, "nautobot");
    if (!nautobot && !mentions(project, "netbox")) continue;
    project.product = nautobot ? config::Product::nautobot : config::Product::netbox;
    ours.push_back(std::move(project));
  }
  return ours;
}

std::vector<ComposeProject> findProjects(ports::World& world, const std::string& engine,
                                         std::vector<core::CheckResult>& gaps) {
  const auto ask = [&](std::vector<std::string> words) {
    std::vector<std::string> argv{"docker"};
    if (!engine.empty()) argv.insert(argv.end(), {"-H", engine});
    argv.insert(argv.end(), words.begin(), words.end());
    const auto outcome =
        world.shell.run({.argv = argv, .limit = std::chrono::seconds(20), .mutates = false});
    if (outcome.ok()) return outcome.out;
    throw core::Error(core::Kind::undetermined, outcome.inWords());
  };
  try {
    const auto ids = service::parseContainerIds(
        ask({"ps", "--all", "--no-trunc", "--filter", "label=com.docker.compose.project",
             "--format", "{{json .}}"}));
    if (ids.empty()) return {};
    std::vector<std::string> inspect{"inspect", "--type", "container", "--"};
    inspect.insert(inspect.end(), ids.begin(), ids.end());
    return projectsIn(ask(inspect));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    if (error.kind() == core::Kind::not_found) return {};  // there is no engine here
    gaps.push_back({"discover.engine", "containers of this host", core::Outcome::unknown,
                    error.what(), "",
                    "Run this as root, or as a member of the group of the engine's socket."});
    return {};
  }
}

}  // namespace discover
