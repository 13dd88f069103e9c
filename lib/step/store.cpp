#include "lib/step/store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/text.hpp"

namespace step {
namespace {

constexpr unsigned kMarkerMode = 0644;  // status shows it to everybody
constexpr unsigned kOpenFolder = 0755;  // markers are for everybody, journals for the group
constexpr const char* kGroup = ":sotctl";

/// Lets members of group sotctl read the journals, where there is such a group.
void shareWithGroup(ports::World& world, const std::string& folder) {
  if (!world.caller.root()) return;
  try {
    world.files.setOwner(folder, kGroup);
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::not_found) throw;
  }
}

/// Open from the first moment on, whatever the process's mask would make of a parent.
void makeStateFolder(ports::World& world, const std::string& folder) {
  const std::string parent = folder.substr(0, folder.rfind('/'));
  if (world.caller.root() && !parent.empty()) world.files.makeFolder(parent, kOpenFolder);
  world.files.makeFolder(folder, kOpenFolder);
}

void makeInstanceFolder(ports::World& world, const std::string& state, const std::string& folder) {
  makeStateFolder(world, state);
  world.files.makeFolder(state + "/instances", kOpenFolder);
  world.files.makeFolder(folder, kOpenFolder);
}

/// A journal in the folder of another run would lead resume and abort elsewhere.
Run readOwn(const Journal& journal, const std::string& id) {
  Run run = readRun(journal.read());
  if (run.plan.id == id) return run;
  throw core::Error(
      core::Kind::corrupt,
      fmt::format("the journal in {} is of run {}", journal.folder(), core::printable(run.plan.id)),
      "Nothing can be continued or taken back from it. Look at the file.");
}

}  // namespace

RunStore::RunStore(ports::World& world, std::string state_folder)
    : world_(world), state_(std::move(state_folder)) {}

std::string RunStore::newId() const {
  const core::Time now = world_.clock.now();
  const auto fraction = now - std::chrono::floor<std::chrono::seconds>(now);
  auto part = static_cast<unsigned>(fraction.count() * 0x10000 / 1'000'000);
  std::string id;
  do {
    id = fmt::format("{}-{:04x}", core::compactUtc(now), part++ & 0xFFFFU);
  } while (world_.files.info(folder(id)));
  return id;
}

Journal RunStore::create(const Plan& plan, const std::string& version, const std::string& reason,
                         const std::string& task) {
  makeRunFolder(plan.id);
  Journal journal(world_, folder(plan.id));
  journal.add("run", {{"format", 1},
                      {"version", version},
                      {"run", plan.id},
                      {"account", world_.caller.account},
                      {"reason", reason},
                      {"task", task},
                      {"plan", toJson(plan)}});
  return journal;
}

void RunStore::makeRunFolder(const std::string& id) {
  makeStateFolder(world_, state_);
  world_.files.makeFolder(state_ + "/runs", 02750);
  shareWithGroup(world_, state_ + "/runs");
  world_.files.makeFolder(folder(id), 02750);
}

Journal RunStore::journal(const std::string& id) const { return {world_, folder(id)}; }

Run RunStore::find(const std::string& id) const {
  std::vector<std::string> all;
  std::vector<std::string> fitting;
  if (world_.files.info(state_ + "/runs")) {
    for (const ports::FileInfo& entry : world_.files.list(state_ + "/runs")) {
      all.push_back(entry.name);
      if (entry.name == id) return readOwn(journal(id), id);
      if (!id.empty() && entry.name.starts_with(id)) fitting.push_back(entry.name);
    }
  }
  if (fitting.size() == 1) return readOwn(journal(fitting.front()), fitting.front());
  if (fitting.size() > 1) {
    throw core::Error(
        core::Kind::usage,
        fmt::format("{} runs begin with {}: {}", fitting.size(), id, core::join(fitting, ", ")),
        "Give more of the id.");
  }
  const std::vector<std::string> near = core::nearest(id, all);
  throw core::Error(core::Kind::not_found, fmt::format("no run {}", core::printable(id)),
                    near.empty() ? "`sotctl run list` shows the runs of this host."
                                 : fmt::format("Nearest: {}.", core::join(near, ", ")));
}

std::vector<StoredRun> RunStore::list() const {
  std::vector<StoredRun> runs;
  if (!world_.files.info(state_ + "/runs")) return runs;
  for (const ports::FileInfo& entry : world_.files.list(state_ + "/runs")) {
    StoredRun stored{entry.name, std::nullopt, {}};
    try {
      if (!journal(entry.name).begun()) continue;
      stored.run = readOwn(journal(entry.name), entry.name);
    } catch (const core::Error& error) {
      stored.problem = error.what();
    }
    runs.push_back(std::move(stored));
  }
  std::reverse(runs.begin(), runs.end());
  return runs;
}

std::string RunStore::instanceFolder(const std::string& instance) const {
  return state_ + "/instances/" + instance;
}

/// Of a run that was killed between its last record and the removal of its marker. A journal that
/// can't be read here tells nothing: then the marker counts.
bool RunStore::hasEnded(const std::string& id) const {
  try {
    return find(id).outcome != RunOutcome::unfinished;
  } catch (const core::Error&) {
    return false;
  }
}

std::optional<Marker> RunStore::marker(const std::string& instance) const {
  const std::string path = instanceFolder(instance) + "/unfinished.json";
  if (!world_.files.info(path)) return std::nullopt;
  const core::Json json = core::Json::parse(world_.files.read(path), nullptr, false);
  if (!json.is_object()) {
    throw core::Error(core::Kind::corrupt, fmt::format("marker {} can't be read", path),
                      "Look at `sotctl run list` for the unfinished run, then remove the file.");
  }
  const auto text = [&](const char* key) { return json.value(key, std::string()); };
  if (hasEnded(text("run"))) return std::nullopt;
  return Marker{text("run"),  text("instance"), text("verb"), text("person"),
                text("host"), text("reason"),   text("since")};
}

void RunStore::mark(const Run& run) {
  makeInstanceFolder(world_, state_, instanceFolder(run.plan.instance));
  const core::Json json{{"run", run.plan.id},
                        {"instance", run.plan.instance},
                        {"verb", run.plan.verb},
                        {"person", run.person},
                        {"host", run.host},
                        {"reason", run.reason},
                        {"since", core::formatUtc(run.started)}};
  world_.files.replace(instanceFolder(run.plan.instance) + "/unfinished.json", json.dump(2) + "\n",
                       kMarkerMode);
}

void RunStore::unmark(const std::string& instance) {
  const std::string path = instanceFolder(instance) + "/unfinished.json";
  if (world_.files.info(path)) world_.files.remove(path);
}

std::unique_ptr<ports::FileLock> RunStore::lock(const std::string& instance) {
  makeInstanceFolder(world_, state_, instanceFolder(instance));
  return world_.files.lock(instanceFolder(instance) + "/lock");
}

}  // namespace step
