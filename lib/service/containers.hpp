#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/time.hpp"

namespace service {

/// One container of a compose project, as its engine describes it.
struct Container {
  std::string id;
  std::string project;         // label com.docker.compose.project
  std::string service;         // label com.docker.compose.service
  std::string config_hash;     // label com.docker.compose.config-hash: of what it was made from
  int compose_generation = 0;  // label com.docker.compose.version: 1 or 2
  bool one_off = false;        // made by `compose run`: not the service
  std::string status;          // "running", "exited", "restarting", "created", "paused", "dead"
  int pid = 0;                 // of the host
  int exit_status = 0;
  std::string error;  // of a start that failed
  bool out_of_memory = false;
  std::optional<core::Time> started{};
  int restarts = 0;
  std::string restart_policy;  // "always", "unless-stopped", "on-failure", "no"
  std::string stop_signal = "SIGTERM";
  std::string image;        // "sha256:…"
  std::string image_name;   // "netboxcommunity/netbox:v4.2"
  std::string health;       // "healthy", "unhealthy", "starting"; empty: none
  std::string health_test;  // "CMD-SHELL curl -f http://localhost"
  std::string health_says;  // output of the last health check
  std::vector<std::string> ports{};
};

/// Ids in a list of containers, in each of the forms that are about: one array (compose before
/// 2.21, podman) or a JSON object per line (docker, compose since 2.21); "ID" or "Id".
/// Errors: undetermined for anything else.
std::vector<std::string> parseContainerIds(std::string_view text);

/// The answer of `docker inspect ID…` (API 1.41). Errors: undetermined for another shape.
std::vector<Container> parseContainers(std::string_view text);

/// "NAME HASH" per line, the answer of `compose config --hash '*'`; the hash of one service, empty
/// if it is not there.
std::string hashOf(std::string_view text, std::string_view service);

}  // namespace service
