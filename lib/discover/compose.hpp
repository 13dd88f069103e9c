#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/discover/discover.hpp"

namespace discover {

/// One service of a compose project, as its first container shows it.
struct ComposePart {
  std::string name;     // label com.docker.compose.service
  std::string image;    // "netboxcommunity/netbox:v4.2"
  std::string command;  // entry point and arguments, with spaces between
  std::map<std::string, core::Secret> environment{};
  std::map<int, std::string> ports{};  // inside -> "127.0.0.1:8000", the first that is published
};

/// A compose project in which one of the products runs.
struct ComposeProject {
  std::string name;
  config::Product product = config::Product::netbox;
  std::vector<ComposePart> parts{};
};

/// The projects of an engine that run NetBox or Nautobot, from what `docker inspect` answers (API
/// 1.41). Errors: undetermined for another shape.
std::vector<ComposeProject> projectsIn(const std::string& inspected);

/// What a service does, by its command, image and name, in this order.
config::ServiceRole roleOf(const ComposePart& part);

/// The instance of one project: services, database and Redis from the environment that its own
/// containers have, a probe at the port that is published. Passwords stay where they are.
Discovered discoverProject(const ComposeProject& project, std::string name,
                           const std::string& engine);

/// Asks the engine at `engine` ("": the usual one). What keeps it from answering is a gap; that
/// there is no engine is none. Errors: interrupted.
std::vector<ComposeProject> findProjects(ports::World& world, const std::string& engine,
                                         std::vector<core::CheckResult>& gaps);

}  // namespace discover
