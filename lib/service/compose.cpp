#include "lib/service/compose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

bool says(const ports::Outcome& outcome, const char* words) {
  return outcome.err.find(words) != std::string::npos;
}

}  // namespace

core::Error engineError(const std::string& deed, const ports::Outcome& outcome) {
  if (says(outcome, "permission denied")) {
    return {core::Kind::denied, fmt::format("{}: {}", deed, outcome.inWords()),
            "Run it as root, or as a member of the group of the engine's socket."};
  }
  if (says(outcome, "Cannot connect to the Docker daemon") ||
      says(outcome, "error during connect") || says(outcome, "DockerException")) {
    return {core::Kind::unreachable,
            fmt::format("{}: the container engine does not answer: {}", deed, outcome.inWords()),
            "Look at it with: systemctl status docker"};
  }
  return {core::Kind::failed_check, fmt::format("{}: {}", deed, outcome.inWords())};
}

ports::Command Compose::engineCommand(std::vector<std::string> words) const {
  ports::Command command{.argv = {"docker"}, .limit = 20s, .mutates = false};
  if (!service_.engine.empty()) command.argv.insert(command.argv.end(), {"-H", service_.engine});
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  return command;
}

std::string Compose::demand(const ports::Command& command) {
  const auto outcome = world_.shell.run(command);
  if (outcome.ok()) return outcome.out;
  throw engineError("service " + service_.name, outcome);
}

std::vector<Container> Compose::ask(const std::vector<std::string>& filters) {
  std::vector<std::string> list{"ps", "--all", "--no-trunc", "--format", "{{json .}}"};
  for (const auto& filter : filters) list.insert(list.end(), {"--filter", "label=" + filter});
  const auto ids = parseContainerIds(demand(engineCommand(list)));
  if (ids.empty()) return {};
  std::vector<std::string> inspect{"inspect", "--type", "container", "--"};
  inspect.insert(inspect.end(), ids.begin(), ids.end());
  auto all = parseContainers(demand(engineCommand(inspect)));
  all.erase(std::remove_if(all.begin(), all.end(), [](const auto& one) { return one.one_off; }),
            all.end());
  return all;
}

std::vector<Container> Compose::containers() {
  return ask({"com.docker.compose.project=" + service_.project,
              "com.docker.compose.service=" + service_.service});
}

std::vector<std::string> Compose::servicesThere() {
  std::set<std::string> names;
  for (const auto& one : ask({"com.docker.compose.project=" + service_.project})) {
    names.insert(one.service);
  }
  return {names.begin(), names.end()};
}

int Compose::generation() {
  if (generation_) return *generation_;
  auto plugin = engineCommand({"compose", "version"});
  const auto works = [&](const ports::Command& command) {
    try {
      return world_.shell.run(command).ok();
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      return false;
    }
  };
  if (works(plugin)) return *(generation_ = 2);
  if (works({.argv = {"docker-compose", "version", "--short"}, .limit = 20s, .mutates = false})) {
    return *(generation_ = 1);
  }
  throw core::Error(core::Kind::not_found,
                    "neither `docker compose` nor `docker-compose` is installed",
                    "Install one of them (Debian: docker-compose).");
}

std::vector<std::string> Compose::files() {
  if (!service_.files.empty()) return service_.files;
  // v1 labels a relative name and the folder, v2 whole paths; several are separated by commas.
  auto command = engineCommand({"ps", "--all", "--filter",
                                "label=com.docker.compose.project=" + service_.project, "--format",
                                "{{.Label \"com.docker.compose.project.working_dir\"}}\t{{.Label "
                                "\"com.docker.compose.project.config_files\"}}"});
  for (const auto& line : core::split(demand(command), '\n')) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos || tab + 1 == line.size()) continue;
    std::vector<std::string> files;
    for (const auto& file : core::split(line.substr(tab + 1), ',')) {
      files.push_back(file.starts_with('/') ? file : line.substr(0, tab) + "/" + file);
    }
    return files;
  }
  throw core::Error(core::Kind::not_found,
                    fmt::format("no compose file of project {} is known", service_.project),
                    "Set files of service " + service_.name + " in the configuration.");
}

ports::Command Compose::composeCommand(std::vector<std::string> words) {
  const auto names = files();
  ports::Command command{.argv = {}, .limit = 60s, .mutates = true};
  auto& argv = command.argv;
  argv = {generation() == 2 ? "docker" : "docker-compose"};
  if (!service_.engine.empty()) argv.insert(argv.end(), {"-H", service_.engine});
  if (generation() == 2) argv.emplace_back("compose");
  argv.insert(argv.end(), {"-p", service_.project});
  for (const auto& file : names) argv.insert(argv.end(), {"-f", file});
  argv.insert(argv.end(), words.begin(), words.end());
  command.directory = folder();
  return command;
}

std::string Compose::folder() {
  const std::string first = files().front();
  return first.substr(0, std::max<std::size_t>(1, first.rfind('/')));
}

}  // namespace service
