#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/snapshot/snapshot.hpp"

namespace snapshot {
namespace {

constexpr std::string_view kEnd = ".json";

Snapshot readFile(ports::World& world, const std::string& file) {
  // Schema and samples of a large instance are some megabytes; Files::read takes 16 MiB.
  return fromJson(core::Json::parse(world.files.read(file), nullptr, false), file);
}

}  // namespace

Store::Store(ports::World& world, const std::string& state, const std::string& instance)
    : world_(world), folder_(state + "/snapshots/" + instance) {}

std::string Store::save(const Snapshot& snapshot) {
  world_.files.makeFolder(folder_, 0700);
  const std::string file = folder_ + "/" + snapshot.id + std::string(kEnd);
  if (world_.files.info(file)) {
    throw core::Error(core::Kind::refused,
                      fmt::format("there is a snapshot {} already", snapshot.id));
  }
  world_.files.replace(
      file, toJson(snapshot).dump(1, ' ', false, core::Json::error_handler_t::replace) + "\n",
      0600);
  return file;
}

std::vector<std::string> Store::ids() {
  std::vector<std::string> all;
  if (!world_.files.info(folder_)) return all;
  for (const auto& entry : world_.files.list(folder_)) {
    if (entry.name.ends_with(kEnd))
      all.push_back(entry.name.substr(0, entry.name.size() - kEnd.size()));
  }
  std::sort(all.rbegin(), all.rend());
  return all;
}

std::vector<Snapshot> Store::list(const std::function<void(const std::string&)>& problem) {
  std::vector<Snapshot> all;
  for (const std::string& id : ids()) {
    try {
      all.push_back(readFile(world_, folder_ + "/" + id + std::string(kEnd)));
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      problem(id + ": " + error.what());
    }
  }
  return all;
}

Snapshot Store::find(const std::string& name) {
  if (name.find('/') != std::string::npos) return readFile(world_, world_.caller.absolute(name));
  const auto all = ids();
  std::vector<std::string> fitting;
  for (const std::string& id : all) {
    if (id == name || id.ends_with("-" + name)) {
      fitting = {id};  // newest first: of several of one name the newest
      break;
    }
    if (!name.empty() && id.starts_with(name)) fitting.push_back(id);
  }
  if (fitting.size() > 1) {
    throw core::Error(core::Kind::usage,
                      fmt::format("{} snapshots begin with {}: {}", fitting.size(), name,
                                  core::join(fitting, ", ")));
  }
  if (fitting.empty()) {
    const auto near = core::nearest(name, all);
    throw core::Error(core::Kind::not_found, fmt::format("no snapshot {}", core::printable(name)),
                      near.empty() ? "`sotctl snapshot list` shows those that there are."
                                   : "Nearest: " + core::join(near, ", ") + ".");
  }
  return readFile(world_, folder_ + "/" + fitting.front() + std::string(kEnd));
}

}  // namespace snapshot
