#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/sandbox/folder.hpp"
#include "lib/sandbox/sandbox.hpp"
#include "lib/sandbox/servers.hpp"
#include "lib/service/process.hpp"
#include "lib/service/services.hpp"

namespace sandbox {
namespace {

using namespace std::chrono_literals;

std::string lastComponent(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// What `up` starts; anything else that names the folder (an editor, somebody's psql) is not ours.
bool isServer(const service::Process& process) {
  static const std::vector<std::string> programs{"initdb",       "postgres", "pg_ctl",   "psql",
                                                 "redis-server", "gunicorn", "manage.py"};
  for (std::size_t i = 0; i < std::min<std::size_t>(process.command.size(), 2); ++i) {
    const std::string name = lastComponent(process.command[i]);
    if (std::find(programs.begin(), programs.end(), name) != programs.end()) return true;
  }
  return false;
}

/// Whether a word of its command names something in a folder of the sandbox that only `up` uses.
bool worksIn(const service::Process& process, const Layout& layout) {
  for (const auto& word : process.command) {
    for (const auto& folder : {layout.postgres() + "-new", layout.postgres(), layout.redis() + "/",
                               layout.app() + "/"}) {
      if (word == folder || (word.starts_with(folder) && folder.back() == '/')) return true;
    }
  }
  return false;
}

/// What an `up` that was killed left running without a pid file.
std::vector<service::Process> strays(Site& site) {
  std::vector<service::Process> found;
  service::Processes processes(site.world.files);
  for (auto& process : processes.all()) {
    if (process.ended || process.account != site.state.account) continue;
    if (isServer(process) && worksIn(process, site.layout)) found.push_back(std::move(process));
  }
  return found;
}

class Down {
 public:
  Down(ports::World& world, core::Progress& progress, Layout layout)
      : site_{world, progress, std::move(layout), {}} {
    site_.state = requireOurs(world.files, site_.layout);
    requireOwner(world, site_.layout, site_.state);
    instance_ = instanceOf(site_.layout, site_.state);
  }

  std::vector<std::string> run(bool keep) {
    const auto lock = lockFolder(site_.world.files, site_.layout);
    stopServices();
    stopStrays();
    if (!keep) {
      site_.progress.at("deleting " + site_.layout.root, 0, 0);
      deleteFolder();
    }
    return done_;
  }

  std::vector<std::string> foresee(bool keep) {
    std::vector<std::string> words;
    service::Services services(site_.world, instance_);
    for (const auto& server : servers()) {
      if (services.observe(server).running == service::Running::yes) {
        words.push_back("stop " + server.name);
      }
    }
    if (!keep) words.push_back("delete " + site_.layout.root);
    return words;
  }

 private:
  std::vector<config::ServiceSettings> servers() const {
    return {instance_.services.at(1), instance_.services.at(0),
            redisServer(site_.layout, site_.state), postgresServer(site_.layout, site_.state)};
  }

  void stopServices() {
    service::Services services(site_.world, instance_);
    for (const auto& server : servers()) {
      if (services.observe(server).running == service::Running::no) continue;
      site_.progress.at("stopping " + server.name, 0, 0);
      if (server.name == "postgres") {
        stopPostgres(site_);
      } else {
        services.stop(server, 30s);
      }
      done_.push_back("stopped " + server.name);
    }
  }

  void stopStrays() {
    service::Processes processes(site_.world.files);
    for (int round = 0; round < 100; ++round) {
      const auto found = strays(site_);
      if (found.empty()) return;
      for (const auto& process : found) {
        // The second half of the rounds: whatever did not care for the first word.
        stopOne(process, round < 50 ? "-TERM" : "-KILL");
      }
      site_.world.clock.sleep(100ms);
    }
    throw core::Error(core::Kind::timed_out,
                      fmt::format("processes of the sandbox in {} do not end", site_.layout.root),
                      "See them with: pgrep -af " + site_.layout.root);
  }

  void stopOne(const service::Process& process, const char* how) {
    service::Processes processes(site_.world.files);
    if (!processes.runs(process)) return;
    ports::Command command{{"kill", how, std::to_string(process.id)}};
    command.user = site_.otherAccount();
    site_.world.shell.run(command);
  }

  /// The marker goes last: a `down` that is killed leaves something that another one still takes
  /// for ours.
  void deleteFolder() {
    auto& files = site_.world.files;
    for (const auto& entry : files.list(site_.layout.root)) {
      if (entry.name.starts_with("sandbox.")) continue;
      const std::string path = site_.layout.root + "/" + entry.name;
      if (entry.type == ports::FileType::folder) {
        files.removeTree(path);
      } else {
        files.remove(path);
      }
    }
    files.removeTree(site_.layout.root);
    done_.push_back("deleted " + site_.layout.root);
  }

  Site site_;
  config::Instance instance_;
  std::vector<std::string> done_;
};

}  // namespace

std::vector<std::string> down(ports::World& world, const std::string& folder, bool keep,
                              core::Progress& progress) {
  return Down(world, progress, checkFolder(world.files, folder)).run(keep);
}

std::vector<std::string> foreseeDown(ports::World& world, const std::string& folder, bool keep) {
  core::NoProgress nobody;
  return Down(world, nobody, checkFolder(world.files, folder)).foresee(keep);
}

}  // namespace sandbox
