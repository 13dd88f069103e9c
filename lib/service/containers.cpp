#include "lib/service/containers.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

[[noreturn]] void misread(std::string_view text) {
  throw core::Error(core::Kind::undetermined,
                    fmt::format("the container engine's answer can't be read: {}",
                                core::printable(core::trim(text).substr(0, 120))));
}

const core::Json& at(const core::Json& json, const char* key) {
  static const core::Json kNothing;
  if (!json.is_object()) return kNothing;
  const auto found = json.find(key);
  return found == json.end() ? kNothing : *found;
}

std::string text(const core::Json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

int number(const core::Json& json) { return json.is_number_integer() ? json.get<int>() : 0; }

bool flag(const core::Json& json) { return json.is_boolean() && json.get<bool>(); }

/// "2026-11-21T22:48:15.331360085Z": nanoseconds, which core::Time does not have. Year 1 is
/// "never".
std::optional<core::Time> moment(std::string stamp) {
  if (stamp.starts_with("0001-")) return std::nullopt;
  const auto dot = stamp.find('.');
  const auto z = stamp.find('Z');
  if (dot != std::string::npos && z != std::string::npos && z - dot > 7) {
    stamp.erase(dot + 7, z - dot - 7);
  }
  return core::parseUtc(stamp);
}

void takeHealth(const core::Json& state, const core::Json& config, Container& to) {
  std::vector<std::string> words;
  for (const auto& word : at(at(config, "Healthcheck"), "Test")) words.push_back(text(word));
  to.health_test = core::join(words, " ");
  const core::Json& health = at(state, "Health");
  to.health = text(at(health, "Status"));
  if (to.health == "none") to.health.clear();
  const core::Json& log = at(health, "Log");
  if (log.is_array() && !log.empty()) {
    to.health_says = core::trim(text(at(log.back(), "Output")));
  }
}

std::vector<std::string> portsOf(const core::Json& network) {
  std::vector<std::string> all;
  for (const auto& [inside, outside] : at(network, "Ports").items()) {
    if (!outside.is_array()) continue;
    for (const auto& one : outside) {
      all.push_back(
          fmt::format("{}:{}->{}", text(at(one, "HostIp")), text(at(one, "HostPort")), inside));
    }
  }
  return all;
}

Container containerOf(const core::Json& json) {
  const core::Json& state = at(json, "State");
  const core::Json& config = at(json, "Config");
  const core::Json& labels = at(config, "Labels");
  Container one;
  one.id = text(at(json, "Id"));
  one.project = text(at(labels, "com.docker.compose.project"));
  one.service = text(at(labels, "com.docker.compose.service"));
  one.config_hash = text(at(labels, "com.docker.compose.config-hash"));
  const std::string version = text(at(labels, "com.docker.compose.version"));
  one.compose_generation = version.empty() ? 0 : (version.starts_with("1.") ? 1 : 2);
  one.one_off = text(at(labels, "com.docker.compose.oneoff")) == "True";
  one.status = text(at(state, "Status"));
  one.pid = number(at(state, "Pid"));
  one.exit_status = number(at(state, "ExitCode"));
  one.error = text(at(state, "Error"));
  one.out_of_memory = flag(at(state, "OOMKilled"));
  one.started = moment(text(at(state, "StartedAt")));
  one.restarts = number(at(json, "RestartCount"));
  one.restart_policy = text(at(at(at(json, "HostConfig"), "RestartPolicy"), "Name"));
  if (one.restart_policy.empty()) one.restart_policy = "no";
  if (const auto signal = text(at(config, "StopSignal")); !signal.empty()) one.stop_signal = signal;
  one.image = text(at(json, "Image"));
  one.image_name = text(at(config, "Image"));
  takeHealth(state, config, one);
  one.ports = portsOf(at(json, "NetworkSettings"));
  return one;
}

}  // namespace

std::vector<std::string> parseContainerIds(std::string_view answer) {
  std::vector<std::string> ids;
  const auto take = [&](const core::Json& one) {
    const std::string id = text(at(one, "ID")).empty() ? text(at(one, "Id")) : text(at(one, "ID"));
    if (id.empty()) misread(answer);
    ids.push_back(id);
  };
  const auto trimmed = core::trim(answer);
  if (trimmed.empty()) return ids;
  try {
    if (trimmed.front() == '[') {
      for (const auto& one : core::Json::parse(trimmed)) take(one);
      return ids;
    }
    for (const auto& line : core::split(trimmed, '\n')) {
      if (!core::trim(line).empty()) take(core::Json::parse(line));
    }
  } catch (const core::Json::exception&) {
    misread(answer);
  }
  return ids;
}

std::vector<Container> parseContainers(std::string_view answer) {
  std::vector<Container> all;
  try {
    const auto json = core::Json::parse(answer);
    if (!json.is_array()) misread(answer);
    for (const auto& one : json) all.push_back(containerOf(one));
  } catch (const core::Json::exception&) {
    misread(answer);
  }
  return all;
}

std::string hashOf(std::string_view answer, std::string_view service) {
  for (const auto& line : core::split(answer, '\n')) {
    const auto space = line.find(' ');
    if (space != std::string::npos && std::string_view(line).substr(0, space) == service) {
      return std::string(core::trim(std::string_view(line).substr(space + 1)));
    }
  }
  return {};
}

}  // namespace service
