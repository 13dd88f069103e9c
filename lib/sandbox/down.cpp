#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/sandbox/folder.hpp"
#include "lib/sandbox/sandbox.hpp"
#include "lib/sandbox/servers.hpp"
#include "lib/sandbox/strays.hpp"
#include "lib/service/services.hpp"

namespace sandbox {
namespace {

using namespace std::chrono_literals;

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
    const Layout& layout = site_.layout;
    stopStrays(site_, {layout.postgres() + "-new", layout.postgres(), layout.standby() + "-new",
                       layout.standby(), layout.redis(), layout.app()});
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
    std::vector<config::ServiceSettings> all{instance_.services.at(1), instance_.services.at(0),
                                             redisServer(site_.layout, site_.state)};
    if (site_.state.pair) all.push_back(standbyServer(site_.layout, site_.state));
    all.push_back(postgresServer(site_.layout, site_.state));
    return all;
  }

  void stopServices() {
    service::Services services(site_.world, instance_);
    for (const auto& server : servers()) {
      if (services.observe(server).running == service::Running::no) continue;
      site_.progress.at("stopping " + server.name, 0, 0);
      if (server.role == config::ServiceRole::database) {
        stopPostgres(site_, server);
      } else {
        services.stop(server, 30s);
      }
      done_.push_back("stopped " + server.name);
    }
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
