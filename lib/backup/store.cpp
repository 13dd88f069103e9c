#include "lib/backup/store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/text.hpp"

namespace backup {
namespace {

constexpr std::size_t kTimeLength = 16;  // "20261121T030012Z"

bool isLeftover(const std::string& name) {
  return (name.starts_with(kPartial) && isSetId(name.substr(kPartial.size()))) ||
         (name.starts_with(kRemoving) && isSetId(name.substr(kRemoving.size())));
}

std::string lastPart(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// What is wrong with a file, from its entry in the folder alone.
std::string wrongWith(ports::World& world, const std::string& folder, const FileEntry& file) {
  const auto info = world.files.info(folder + "/" + file.path);
  if (!info) return fmt::format("{} is missing", file.path);
  if (info->type != ports::FileType::file) return fmt::format("{} is no plain file", file.path);
  if (info->bytes != file.bytes) {
    return fmt::format("{} has {} bytes, not {}", file.path, info->bytes, file.bytes);
  }
  return {};
}

std::string momentOf(const StoredSet& set) {
  return set.manifest ? core::compactUtc(set.manifest->taken()) : set.id.substr(0, kTimeLength);
}

}  // namespace

Store::Store(ports::World& world, const config::Instance& instance)
    : world_(world),
      instance_(instance.name),
      folder_(instance.backup.folder + "/" + instance.name) {}

std::vector<StoredSet> Store::list() {
  std::vector<StoredSet> sets;
  if (!world_.files.info(folder_)) return sets;
  for (const ports::FileInfo& entry : world_.files.list(folder_)) {
    if (entry.type == ports::FileType::folder && isSetId(entry.name)) {
      sets.push_back(lookAt(world_, folder_ + "/" + entry.name));
    }
  }
  std::stable_sort(sets.begin(), sets.end(), [](const StoredSet& a, const StoredSet& b) {
    return std::pair(momentOf(a), a.id) > std::pair(momentOf(b), b.id);
  });
  return sets;
}

std::vector<std::string> Store::unfinished() {
  std::vector<std::string> folders;
  if (!world_.files.info(folder_)) return folders;
  for (const ports::FileInfo& entry : world_.files.list(folder_)) {
    if (isLeftover(entry.name)) folders.push_back(folder_ + "/" + entry.name);
  }
  return folders;
}

StoredSet Store::find(const std::string& id) {
  std::vector<StoredSet> matching;
  std::vector<std::string> all;
  for (StoredSet& set : list()) {
    all.push_back(set.id);
    if (set.id == id) return set;
    if (!id.empty() && set.id.starts_with(id)) matching.push_back(std::move(set));
  }
  if (matching.size() == 1) return matching.front();
  if (matching.size() > 1) {
    std::vector<std::string> ids;
    for (const StoredSet& set : matching) ids.push_back(set.id);
    throw core::Error(
        core::Kind::usage,
        fmt::format("\"{}\" begins {} sets: {}", id, ids.size(), core::join(ids, ", ")),
        "Give more of the id.");
  }
  const auto near = core::nearest(id, all);
  throw core::Error(
      core::Kind::not_found,
      fmt::format("no backup set {} of instance {} in {}", core::printable(id), instance_, folder_),
      near.empty() ? "List the sets with: sotctl backup list"
                   : fmt::format("Is {} meant? List the sets with: sotctl backup list",
                                 core::join(near, " or ")));
}

StoredSet Store::newest() {
  const auto sets = list();
  for (const StoredSet& set : sets) {
    if (set.good()) return set;
  }
  if (sets.empty()) {
    throw core::Error(core::Kind::not_found,
                      fmt::format("no backup set of instance {} in {}", instance_, folder_),
                      "Make one with: sotctl backup create");
  }
  throw core::Error(core::Kind::not_found,
                    fmt::format("none of the {} backup sets in {} can be used; the newest, {}: {}",
                                sets.size(), folder_, sets.front().id, sets.front().broken),
                    "See all of them with: sotctl backup list");
}

namespace {

void lookForPin(ports::World& world, StoredSet& set) {
  try {
    set.pin = readPin(world, set.folder);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    set.pin_unknown = true;
  }
}

}  // namespace

StoredSet lookAt(ports::World& world, const std::string& folder) {
  StoredSet set{lastPart(folder), folder, {}, {}, false, {}, false};
  const std::string path = folder + "/" + kManifestFile;
  lookForPin(world, set);
  try {
    if (!world.files.info(path)) {
      set.broken = "manifest.json is missing";
      return set;
    }
    set.manifest = readManifest(world.files.read(path), kManifestFile);
    if (isSetId(set.id) && set.manifest->set != set.id) {
      set.broken = fmt::format("its manifest is of set {}", core::printable(set.manifest->set));
      return set;
    }
    for (const FileEntry& file : set.manifest->files) {
      set.broken = wrongWith(world, folder, file);
      if (!set.broken.empty()) return set;
    }
  } catch (const core::Error& error) {
    set.broken = error.what();
    set.undetermined = error.kind() != core::Kind::corrupt;
  }
  return set;
}

}  // namespace backup
