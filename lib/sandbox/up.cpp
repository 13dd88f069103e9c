#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/sandbox/application.hpp"
#include "lib/sandbox/folder.hpp"
#include "lib/sandbox/load.hpp"
#include "lib/sandbox/programs.hpp"
#include "lib/sandbox/sandbox.hpp"
#include "lib/sandbox/servers.hpp"
#include "lib/sandbox/strays.hpp"
#include "lib/service/probe.hpp"
#include "lib/service/services.hpp"

namespace sandbox {
namespace {

using namespace std::chrono_literals;

/// Refuses what can be known before anything is made.
void checkRequest(ports::World& world, const UpRequest& request) {
  if (request.bytes != 0 && request.bytes < kFewestBytes) {
    throw core::Error(
        core::Kind::usage,
        fmt::format("--size is {}, and the smallest sandbox has {}",
                    core::formatBytes(request.bytes), core::formatBytes(kFewestBytes)));
  }
  if (request.dump.empty()) return;
  if (request.bytes != 0) {
    throw core::Error(core::Kind::usage, "--size and --dump exclude each other",
                      "Keep one of them: a dump brings its own data.");
  }
  const auto info = world.files.info(request.dump);
  if (!info || info->type != ports::FileType::file) {
    throw core::Error(core::Kind::not_found, "there is no file " + request.dump);
  }
}

/// An unfinished sandbox may still become another; a finished one holds what it was made with.
void requireSame(const Layout& layout, const State& state, const UpRequest& request) {
  if (state.made.empty()) return;
  const bool same_dump = request.dump.empty() || request.dump == state.dump;
  const bool same_size = request.bytes == 0 || request.bytes == state.bytes;
  if (request.standby && !state.pair) {
    throw core::Error(
        core::Kind::refused,
        fmt::format("the sandbox in {} was made without a standby", layout.root),
        fmt::format("Delete it first with `sotctl sandbox down --dir {}`.", layout.root));
  }
  if (same_dump && same_size) return;
  throw core::Error(
      core::Kind::refused,
      fmt::format(
          "the sandbox in {} was made {}", layout.root,
          state.dump.empty() ? "with " + core::formatBytes(state.bytes) : "from " + state.dump),
      fmt::format("Delete it first with `sotctl sandbox down --dir {}`, or leave --size and --dump "
                  "away.",
                  layout.root));
}

State freshState(ports::World& world, const Layout& layout) {
  State state;
  state.folder = layout.root;
  state.account = serverAccount(world);
  state.tools = newestServer(world.files);
  return state;
}

void choose(State& state, const UpRequest& request) {
  if (!state.made.empty()) return;
  state.dump = request.dump;
  state.pair = request.standby;
  state.bytes = !request.dump.empty() ? 0 : request.bytes == 0 ? kUsualBytes : request.bytes;
}

class Up {
 public:
  Up(ports::World& world, core::Progress& progress, Layout layout)
      : site_{world, progress, std::move(layout), {}} {}

  /// Whether the data could not be loaded into a sandbox that was begun by this very call: then
  /// nothing in it is worth keeping.
  bool failedFromNothing() const { return fresh_ && loading_; }
  /// Whether something may have been made or started by this call.
  bool begun() const { return begun_; }
  bool complete() const { return !site_.state.made.empty(); }

  Report run(const UpRequest& request) {
    lookFirst(request);
    const auto lock = claim(request);
    stopStrays(site_, {site_.layout.postgres() + "-new", site_.layout.standby() + "-new"});
    makeFolders();
    choosePorts();
    makeCluster(site_);
    bring(postgresServer(site_.layout, site_.state));
    if (site_.world.files.info(site_.layout.standby())) bringStandby();
    linkSocket(site_);
    makeRole(site_);
    makeData();
    bringStandby();
    writeRedisSettings(site_);
    bring(redisServer(site_.layout, site_.state));
    writeApplication(site_);
    writeConfiguration();
    bringServices();
    markMade();
    Report report = status(site_.world, site_.layout.root);
    report.changed = changed_;
    return report;
  }

 private:
  void lookFirst(const UpRequest& request) {
    State found;
    switch (look(site_.world.files, site_.layout, found)) {
      case Found::foreign:
        refuseForeign(site_.layout, found);
      case Found::ours:
        requireOwner(site_.world, site_.layout, found);
        requireSame(site_.layout, found, request);
        requirePrograms(site_.world, found.tools);
        return;
      case Found::nothing:
        fresh_ = true;
        site_.state = freshState(site_.world, site_.layout);
        requirePrograms(site_.world, site_.state.tools);
        requireEnterable(site_);
    }
  }

  /// From here on the folder is ours.
  std::unique_ptr<ports::FileLock> claim(const UpRequest& request) {
    auto& files = site_.world.files;
    makeFolderWithParents(files, site_.layout.root);
    auto lock = lockFolder(files, site_.layout);
    State found;
    const bool ours = look(files, site_.layout, found) == Found::ours;
    site_.state = ours ? found : freshState(site_.world, site_.layout);
    requireSame(site_.layout, site_.state, request);
    choose(site_.state, request);
    begun_ = true;
    save(files, site_.layout, site_.state);
    return lock;
  }

  void makeFolders() {
    auto& files = site_.world.files;
    files.makeFolder(site_.layout.secrets(), 0700);
    files.makeFolder(site_.layout.backups(), 0700);
    makeAccountFolder(site_, site_.layout.run(), 0700);
    makeAccountFolder(site_, site_.layout.log(), 0750);
    writeMedia(site_);
  }

  bool runs(const config::ServiceSettings& server) {
    const auto all = instance();
    service::Services services(site_.world, all);
    return services.observe(server).running == service::Running::yes;
  }

  /// Keeps the ports of what runs and those that are still free.
  void choosePorts() {
    auto& ports = site_.state.ports;
    const bool postgres = runs(postgresServer(site_.layout, site_.state));
    const bool redis = runs(redisServer(site_.layout, site_.state));
    const bool application = runs(instance().services.front());
    // Children of a killed application hold its port for a while.
    if (!application) stopStrays(site_, {site_.layout.run() + "/app.pid"});
    const PortNumbers free = freePorts(site_.world, ports);
    if (!postgres) ports.postgres = free.postgres;
    const bool standby = site_.state.pair && runs(standbyServer(site_.layout, site_.state));
    if (!standby) ports.standby = site_.state.pair ? free.standby : 0;
    if (!redis) ports.redis = free.redis;
    if (!application) ports.application = free.application;
    save(site_.world.files, site_.layout, site_.state);
  }

  void bring(const config::ServiceSettings& server) {
    const auto all = instance();
    service::Services services(site_.world, all);
    if (services.observe(server).running == service::Running::yes) return;
    site_.progress.at("starting " + server.name, 0, 0);
    services.start(server, 90s);
    changed_ = true;
  }

  void bringStandby() {
    if (!site_.state.pair) return;
    makeStandby(site_);
    bring(standbyServer(site_.layout, site_.state));
  }

  void makeData() {
    if (site_.state.made.empty()) changed_ = true;
    loading_ = true;
    makeDatabase(site_);
    loading_ = false;
    save(site_.world.files, site_.layout, site_.state);
  }

  void writeConfiguration() {
    auto& files = site_.world.files;
    const std::string text = configurationText(site_.layout, site_.state);
    if (files.info(site_.layout.configuration()) &&
        files.read(site_.layout.configuration()) == text) {
      return;
    }
    files.replace(site_.layout.configuration(), text, 0644);
  }

  void bringServices() {
    const auto all = instance();
    for (const auto& service : all.services) bring(service);
    service::waitHealthy(site_.world, all, 30s, site_.progress);
  }

  void markMade() {
    if (!site_.state.made.empty()) return;
    site_.state.made = core::formatUtc(site_.world.clock.now());
    save(site_.world.files, site_.layout, site_.state);
  }

  /// By value: its ports change while `up` goes on.
  config::Instance instance() const { return instanceOf(site_.layout, site_.state); }

  Site site_;
  bool changed_ = false;
  bool fresh_ = false;
  bool loading_ = false;
  bool begun_ = false;
};

}  // namespace

Report up(ports::World& world, const UpRequest& request, core::Progress& progress) {
  checkRequest(world, request);
  const Layout layout = checkFolder(world.files, request.folder);
  Up work(world, progress, layout);
  try {
    return work.run(request);
  } catch (const core::Error& error) {
    if (!work.begun()) throw;
    if (!world.cancellation.requested()) {
      if (work.failedFromNothing()) down(world, layout.root, false, progress);
      throw;
    }
    throw core::Error(core::Kind::incomplete,
                      fmt::format("{}: the sandbox in {} {}", error.what(), layout.root,
                                  work.complete() ? "was not started whole" : "is half made"),
                      fmt::format("`sotctl sandbox up --dir {0}` finishes it, `sotctl sandbox down "
                                  "--dir {0}` deletes it.",
                                  layout.root));
  }
}

std::vector<std::string> foresee(ports::World& world, const UpRequest& request) {
  checkRequest(world, request);
  const Layout layout = checkFolder(world.files, request.folder);
  State state;
  const Found found = look(world.files, layout, state);
  if (found == Found::foreign) refuseForeign(layout, state);
  if (found == Found::ours) {
    requireOwner(world, layout, state);
    requireSame(layout, state, request);
  }
  if (found == Found::nothing) state = freshState(world, layout);
  choose(state, request);
  requirePrograms(world, state.tools);
  std::vector<std::string> words;
  if (state.made.empty()) {
    words.push_back(
        fmt::format("make a sandbox in {} with servers as {}", layout.root, state.account));
    words.push_back(state.dump.empty() ? "generate " + core::formatBytes(state.bytes) + " of data"
                                       : "load " + state.dump);
    if (state.pair) words.push_back("make a second PostgreSQL that follows the first one");
  }
  if (found == Found::nothing) return words;
  for (const auto& member : status(world, layout.root).members) {
    if (member.state.running != service::Running::yes) words.push_back("start " + member.name);
  }
  return words;
}

}  // namespace sandbox
