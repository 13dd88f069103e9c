#include "lib/database/container.hpp"

#include <fmt/format.h>

#include <charconv>

#include "lib/core/text.hpp"

namespace database {
namespace {

using namespace std::chrono_literals;

/// Where the images of the PostgreSQL project's packages listen (docker-library/postgres, Debian's
/// and Alpine's).
constexpr const char* kUsualSockets = "/var/run/postgresql";
constexpr int kMostLinks = 40;  // as Linux

/// Handed over by name: docker takes the values from its own environment and leaves out those that
/// are not set (docker 20.10 to 28).
constexpr const char* kHanded[] = {"PGHOST",     "PGPORT",     "PGUSER",
                                   "PGAPPNAME",  "PGPASSFILE", "PGPASSWORD",
                                   "PGDATABASE", "PGOPTIONS",  "PGTZ"};

core::Error engineError(const std::string& service, const ports::Outcome& outcome) {
  const auto says = [&](const char* words) { return outcome.err.find(words) != std::string::npos; };
  const std::string what = fmt::format("container of service {}: {}", service, outcome.inWords());
  if (says("permission denied")) {
    return {core::Kind::denied, what, "Run it as root."};
  }
  if (says("Cannot connect to the Docker daemon") || says("error during connect")) {
    return {core::Kind::unreachable, what, "Look at the engine with: systemctl status docker"};
  }
  return {core::Kind::unexpected, what, "`sotctl service status` shows the container."};
}

}  // namespace

std::string inTree(ports::Files& files, const std::string& root, const std::string& path) {
  std::vector<std::string> left = core::split(path, '/');
  std::vector<std::string> taken;
  int links = 0;
  const auto here = [&] { return taken.empty() ? root : root + "/" + core::join(taken, "/"); };
  while (!left.empty()) {
    const std::string name = left.front();
    left.erase(left.begin());
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (!taken.empty()) taken.pop_back();
      continue;
    }
    taken.push_back(name);
    const auto info = files.info(here());
    if (!info || info->type != ports::FileType::link) continue;
    if (++links > kMostLinks) {
      throw core::Error(core::Kind::unexpected, fmt::format("{} in {} is a loop", path, root));
    }
    const std::string target = files.linkTarget(here());
    taken.pop_back();
    if (target.starts_with('/')) taken.clear();
    const std::vector<std::string> more = core::split(target, '/');
    left.insert(left.begin(), more.begin(), more.end());
  }
  return here();
}

const config::ServiceSettings* containerService(const config::Instance& instance) {
  if (instance.database.service.empty()) return nullptr;
  for (const config::ServiceSettings& each : instance.services) {
    if (each.name == instance.database.service) return &each;
  }
  throw core::Error(core::Kind::configuration,
                    fmt::format("no service {}, which database.service names",
                                core::printable(instance.database.service)),
                    "Add it as [[instance." + instance.name + ".service]].");
}

std::vector<std::string> Container::engine(const std::vector<std::string>& words) const {
  std::vector<std::string> argv{"docker"};
  if (!service_.engine.empty()) argv.insert(argv.end(), {"-H", service_.engine});
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

std::vector<std::string> Container::filters() const {
  return {"--filter", "label=com.docker.compose.project=" + service_.project,
          "--filter", "label=com.docker.compose.service=" + service_.service,
          "--filter", "label=com.docker.compose.oneoff=False"};
}

std::string Container::demand(const std::vector<std::string>& words) {
  const auto outcome = world_.shell.run({.argv = engine(words), .limit = 20s, .mutates = false});
  if (!outcome.ok()) throw engineError(service_.name, outcome);
  return std::string(core::trim(outcome.out));
}

Container::Place Container::look() {
  std::vector<std::string> words{"ps", "--no-trunc", "--format", "{{.ID}}"};
  for (const std::string& each : filters()) words.push_back(each);
  const std::string ids = demand(words);
  if (ids.empty()) {
    throw core::Error(
        core::Kind::not_found,
        fmt::format("no container of service {} of compose project {} runs", service_.service,
                    service_.project),
        fmt::format("`sotctl service status {0}` shows it, `sotctl service start {0}` starts it.",
                    service_.name));
  }
  if (ids.find('\n') != std::string::npos) {
    throw core::Error(core::Kind::refused,
                      fmt::format("several containers of service {} of compose project {} run",
                                  service_.service, service_.project),
                      "One of them has to be the server: scale the service to one.");
  }
  Place found{ids, 0};
  const std::string process =
      demand({"inspect", "--type", "container", "--format", "{{.State.Pid}}", "--", ids});
  std::from_chars(process.data(), process.data() + process.size(), found.process);
  if (stillThere(found)) return found;
  throw core::Error(core::Kind::undetermined,
                    fmt::format("process {} is not seen as one of container {} on {}", process,
                                ids.substr(0, 12), world_.caller.host),
                    "The engine must run on this host.");
}

/// Numbers of processes are given out again, and those of another host mean nothing here: what
/// the kernel says of its control group names the container.
bool Container::stillThere(const Place& place) {
  if (place.process <= 1) return false;
  try {
    return world_.files.read(fmt::format("/proc/{}/cgroup", place.process)).find(place.id) !=
           std::string::npos;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return false;
  }
}

const Container::Place& Container::place() {
  if (!place_ || !stillThere(*place_)) place_ = look();
  return *place_;
}

std::string Container::sockets(const std::string& folder) {
  const std::string root = fmt::format("/proc/{}/root", place().process);
  try {
    return inTree(world_.files, root, folder.empty() ? kUsualSockets : folder);
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::denied) throw;
    throw core::Error(
        core::Kind::denied,
        fmt::format("the sockets in the container of service {}: {}", service_.name, error.what()),
        "Run it as root, who may look into containers.");
  }
}

ports::Command Container::command(const std::vector<std::string>& argv, bool with_input) {
  std::vector<std::string> words{"exec"};
  if (with_input) words.emplace_back("-i");
  for (const char* name : kHanded) words.insert(words.end(), {"-e", name});
  words.push_back(place().id);
  words.insert(words.end(), argv.begin(), argv.end());
  ports::Command command;
  command.argv = engine(words);
  return command;
}

std::string Container::ask(const std::vector<std::string>& argv) {
  ports::Command question = command(argv);
  question.limit = 20s;
  question.mutates = false;
  const ports::Outcome outcome = world_.shell.run(question);
  if (!outcome.ok()) throw engineError(service_.name, outcome);
  return std::string(core::trim(outcome.out));
}

std::string Container::prefixInWords() const {
  std::vector<std::string> list{"ps", "--quiet"};
  for (const std::string& each : filters()) list.push_back(each);
  return core::shellLine(engine({"exec", "-i"})) + " \"$(" + core::shellLine(engine(list)) + ")\" ";
}

}  // namespace database
