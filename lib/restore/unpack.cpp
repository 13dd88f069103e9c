#include "lib/restore/unpack.hpp"

#include <fmt/format.h>

#include "lib/backup/tar.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/gzip.hpp"
#include "lib/restore/file_names.hpp"

namespace restore {
namespace {

using backup::TarEntry;
using ports::FileType;

class Unpacker {
 public:
  Unpacker(ports::World& world, const std::vector<FileTarget>& targets, const std::string& run)
      : world_(world), targets_(targets), run_(run) {}

  void clean() {
    for (const FileTarget& target : targets_) {
      const std::string path = unpackingName(target.path, run_);
      const auto info = world_.files.info(path);
      if (!info) continue;
      if (info->type == FileType::folder) {
        world_.files.removeTree(path);
      } else {
        world_.files.remove(path);
      }
    }
  }

  void take(const TarEntry& entry, core::Source& content) {
    if (tree_ == nullptr || !holds(*target_, entry.path)) {
      leave();
      if (!enter(entry)) return;
    }
    const std::string below = belowTree(entry);
    switch (entry.info.type) {
      case FileType::folder:
        if (!below.empty()) tree_->makeFolder(below);
        folders_.emplace_back(below, entry.info);
        return;
      case FileType::link:
        tree_->makeLink(below, entry.target);
        note(entry, tree_->dress(below, entry.info));
        break;
      case FileType::file:
        write(entry, below, content);
        break;
      case FileType::other:
        return;  // the reader lets none through
    }
    ++done_.files;
  }

  /// Folders get their mode last, the inner ones first: until then nobody else can enter.
  void leave() {
    for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
      TarEntry entry{folder->first, folder->second, {}};
      note(entry, tree_->dress(folder->first, folder->second));
    }
    folders_.clear();
    if (tree_ != nullptr && in_folder_) tree_->sync();
    tree_ = nullptr;
  }

  Unpacking result() const { return done_; }

 private:
  static bool holds(const FileTarget& target, const std::string& path) {
    return path == target.name || path.starts_with(target.name + "/");
  }

  /// Opens the place of the entry's target; false if it is of none that is wanted.
  bool enter(const TarEntry& entry) {
    for (const FileTarget& target : targets_) {
      if (!holds(target, entry.path)) continue;
      const std::string path = unpackingName(target.path, run_);
      in_folder_ = entry.info.type == FileType::folder;
      target_ = &target;
      if (in_folder_) {
        world_.files.makeFolder(path, 0700);
        tree_ = world_.files.tree(path);
      } else {
        tree_ = world_.files.tree(path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)));
        file_ = path.substr(path.rfind('/') + 1);
      }
      return true;
    }
    return false;
  }

  std::string belowTree(const TarEntry& entry) const {
    if (!in_folder_) return file_;
    return entry.path == target_->name ? "" : entry.path.substr(target_->name.size() + 1);
  }

  void write(const TarEntry& entry, const std::string& below, core::Source& content) {
    const auto file = tree_->create(below);
    block_.resize(core::kBlockBytes);
    while (const std::size_t got = content.read(block_)) {
      world_.cancellation.check();
      file->write({block_.data(), got});
      done_.bytes += got;
    }
    note(entry, file->dress(entry.info));
    if (!in_folder_) file->finish();  // a folder is synced as a whole
  }

  void note(const TarEntry& entry, const std::string& missing) {
    if (missing.empty()) return;
    if (done_.undressed_count++ == 0) {
      done_.undressed = fmt::format("{} ({})", core::printable(entry.path), missing);
    }
  }

  ports::World& world_;
  const std::vector<FileTarget>& targets_;
  std::string run_;
  std::unique_ptr<ports::Tree> tree_;
  const FileTarget* target_ = nullptr;
  bool in_folder_ = false;  // the tree is the target itself, else the folder that holds it
  std::string file_;
  std::vector<std::pair<std::string, ports::FileInfo>> folders_;
  std::vector<char> block_;
  Unpacking done_;
};

}  // namespace

Unpacking unpack(ports::World& world, const std::string& archive, const backup::Part& part,
                 const std::vector<FileTarget>& targets, const std::string& run,
                 core::Progress& progress) {
  Unpacker unpacker(world, targets, run);
  unpacker.clean();
  const auto packed = world.files.open(archive);
  dump::GzipSource unpacked(*packed, part.archive);
  std::vector<std::string> roots;
  for (const backup::Part::Root& root : part.roots) roots.push_back(root.name);
  backup::TarReader tar(unpacked, part.archive, roots);
  while (const auto entry = tar.next()) {
    world.cancellation.check();
    progress.at("unpacking " + entry->path, 0, 0);
    unpacker.take(*entry, tar.content());
  }
  unpacker.leave();
  return unpacker.result();
}

}  // namespace restore
