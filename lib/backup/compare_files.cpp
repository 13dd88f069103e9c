#include "lib/backup/compare_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/backup/listing.hpp"
#include "lib/backup/tar.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/gzip.hpp"

namespace backup {
namespace {

using What = FileDifference::What;
using ports::FileType;

/// Fills the block unless the source ends.
std::size_t readFull(core::Source& source, std::span<char> block) {
  std::size_t have = 0;
  while (have < block.size()) {
    const std::size_t got = source.read(block.subspan(have));
    if (got == 0) break;
    have += got;
  }
  return have;
}

class Comparer {
 public:
  Comparer(ports::World& world, const std::vector<Root>& roots, core::Progress& progress)
      : world_(world), progress_(progress) {
    for (const Root& root : roots) places_.emplace_back(world.files, root);
  }

  FilesComparison run(const std::string& archive, const Part& part) {
    for (Place& place : places_) list(place);
    const auto packed = world_.files.open(archive);
    dump::GzipSource unpacked(*packed, part.archive);
    std::vector<std::string> roots;
    for (const Part::Root& root : part.roots) roots.push_back(root.name);
    TarReader tar(unpacked, part.archive, roots);
    while (const auto entry = tar.next()) {
      world_.cancellation.check();
      if (wanted(entry->path)) compare(*entry, tar.content());
    }
    for (const auto& [name, live] : live_) add(What::added, name);
    return std::move(result_);
  }

 private:
  struct Live {
    Place* place;
    Found found;
  };

  void list(Place& place) {
    if (!place.there()) return;
    const auto trouble = [this](const std::string& name, const core::Error& error) {
      result_.undetermined.push_back(fmt::format("{}: {}", core::printable(name), error.what()));
    };
    for (Found& found : listPlace(place, world_.cancellation, trouble)) {
      const std::string name = place.nameOf(found.below);
      if (neverInSet(place, found, name)) continue;
      live_.emplace(name, Live{&place, std::move(found)});
    }
  }

  static bool neverInSet(Place& place, const Found& found, const std::string& name) {
    return found.info.type == FileType::other ||
           (found.info.type == FileType::link &&
            !staysInside(place.root().name, name, place.linkTarget(found.below)));
  }

  bool wanted(const std::string& path) const {
    return std::any_of(places_.begin(), places_.end(), [&](const Place& place) {
      const std::string& root = place.root().name;
      return path == root || path.starts_with(root + "/");
    });
  }

  void add(What what, const std::string& name, const std::string& how = {}) {
    result_.differences.push_back({what, name, how});
  }

  void compare(const TarEntry& entry, core::Source& content) {
    ++result_.compared;
    const auto found = live_.find(entry.path);
    if (found == live_.end()) return add(What::removed, entry.path);
    Live live = std::move(found->second);
    live_.erase(found);
    progress_.at("comparing " + entry.path, 0, 0);
    std::vector<std::string> how = attributes(entry, live.found.info);
    if (entry.info.type != live.found.info.type) {
      how = {"another kind of thing"};
    } else if (entry.info.type == FileType::link) {
      if (live.place->linkTarget(live.found.below) != entry.target)
        how.insert(how.begin(), "target");
    } else if (entry.info.type == FileType::file && !sameContent(entry, live, content)) {
      how.insert(how.begin(), "content");
    }
    if (!how.empty()) add(What::changed, entry.path, core::join(how, ", "));
  }

  std::vector<std::string> attributes(const TarEntry& entry, const ports::FileInfo& live) const {
    std::vector<std::string> how;
    const unsigned mode = live.mode & restorableBits(live.type);
    if (entry.info.type != FileType::link && entry.info.mode != mode) {
      how.push_back(fmt::format("mode {:04o}, was {:04o}", mode, entry.info.mode));
    }
    const auto owner = [](const ports::FileInfo& info) {
      return fmt::format("{}:{}",
                         info.owner_name.empty() ? std::to_string(info.owner) : info.owner_name,
                         info.group_name.empty() ? std::to_string(info.group) : info.group_name);
    };
    if (world_.caller.root() && owner(entry.info) != owner(live)) {
      how.push_back(fmt::format("owner {}, was {}", owner(live), owner(entry.info)));
    }
    return how;
  }

  bool sameContent(const TarEntry& entry, const Live& live, core::Source& content) {
    if (live.found.info.bytes != entry.info.bytes) return false;
    try {
      const auto source = live.place->open(live.found.below);
      one_.resize(core::kBlockBytes);
      other_.resize(core::kBlockBytes);
      while (true) {
        world_.cancellation.check();
        const std::size_t got = readFull(content, one_);
        if (readFull(*source, other_) != got) return false;
        if (got == 0) return true;
        if (!std::equal(one_.begin(), one_.begin() + static_cast<std::ptrdiff_t>(got),
                        other_.begin())) {
          return false;
        }
      }
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted || error.kind() == core::Kind::corrupt) throw;
      result_.undetermined.push_back(
          fmt::format("{}: {}", core::printable(entry.path), error.what()));
      return true;
    }
  }

  ports::World& world_;
  core::Progress& progress_;
  std::vector<Place> places_;
  std::map<std::string, Live> live_;  // what no entry of the archive was compared with yet
  std::vector<char> one_;
  std::vector<char> other_;
  FilesComparison result_;
};

}  // namespace

const char* whatName(FileDifference::What what) {
  switch (what) {
    case What::added:
      return "added";
    case What::removed:
      return "removed";
    case What::changed:
      return "changed";
  }
  return "changed";
}

FilesComparison compareFiles(ports::World& world, const std::string& archive, const Part& part,
                             const std::vector<Root>& roots, core::Progress& progress) {
  return Comparer(world, roots, progress).run(archive, part);
}

}  // namespace backup
