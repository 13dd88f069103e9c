#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

#include "lib/adapters/attributes.hpp"
#include "lib/adapters/descriptor.hpp"
#include "lib/adapters/disk_trees.hpp"
#include "lib/adapters/second_hand.hpp"
#include "lib/adapters/spawner.hpp"
#include "lib/adapters/tree_read.hpp"
#include "lib/adapters/tree_root.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

/// As getdents64(2) writes it.
struct RawEntry {
  std::uint64_t inode;
  std::int64_t offset;
  std::uint16_t length;
  unsigned char type;
  char name[1];
};

constexpr std::size_t kBlock = 64 * 1024;
/// From here on, waking another thread costs less than what it saves (measured: 40 names).
constexpr std::size_t kWorthSharing = 100;

void ownCurrentFolder() {
  if (unshare(CLONE_FS) != 0) throw trouble("can't have a current folder of its own", errno);
}

bool isDots(const char* name) {
  return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

/// Links above the root are the caller's to follow; those of a container are nobody's.
Descriptor openTop(const std::string& root) {
  if (isView(root)) return openRoot(root, O_RDONLY | O_NONBLOCK);
  return Descriptor(open(root.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

/// One walk, in a thread whose current folder is its own. Of each block of names, what is no folder
/// is read first, in long blocks by two threads, and shown; then the folders are entered, so that
/// each level holds one block of names and no list of all.
class Walker {
 public:
  Walker(ports::TreeVisitor& visitor, const core::Cancellation& cancellation)
      : visitor_(visitor), cancellation_(cancellation) {
    if (std::thread::hardware_concurrency() > 1) second_.emplace(ownCurrentFolder);
  }

  void run(const std::string& root) {
    const Descriptor top = openTop(root);
    if (!top.open()) throw trouble("can't open " + root, errno);
    Entry entry{""};
    reader_.readOpen(top.number(), entry, mount_);
    if (entry.error != 0) throw trouble("can't look at " + root, entry.error);
    device_ = entry.device;
    if (entry.attributes.type != ports::FileType::folder) return visitor_.visit(entry.node());
    if (!visitor_.enter(entry.node(), false)) return;
    readFolder(top.number(), 0);
    visitor_.leave();
  }

 private:
  void readFolder(int folder, std::size_t depth) {
    if (blocks_.size() <= depth) blocks_.push_back(std::make_unique<char[]>(kBlock));
    for (;;) {
      cancellation_.check();
      char* block = blocks_[depth].get();
      const long size = syscall(SYS_getdents64, folder, block, kBlock);
      if (size < 0) visitor_.missed("", errorText(errno));
      if (size <= 0) return;
      std::vector<const char*> folders = collect(block, size);
      readAll(folder);
      for (std::size_t i = 0; i < count_; ++i) show(entries_[i], folders);
      for (const char* name : folders) readBelow(folder, name, depth);
    }
  }

  /// Puts what is no folder into entries_; gives the folders. The names stay in the block.
  std::vector<const char*> collect(const char* block, long size) {
    std::vector<const char*> folders;
    count_ = 0;
    for (long at = 0; at < size;) {
      const auto* raw = reinterpret_cast<const RawEntry*>(block + at);
      at += raw->length;
      if (isDots(raw->name)) continue;
      if (raw->type == DT_DIR) {
        folders.push_back(raw->name);
        continue;
      }
      if (entries_.size() <= count_) entries_.emplace_back();
      entries_[count_++].name = raw->name;
    }
    return folders;
  }

  void readAll(int folder) {
    const std::span<Entry> all(entries_.data(), count_);
    if (!second_ || count_ < kWorthSharing) return reader_.read(folder, all);
    const std::size_t half = count_ / 2;
    second_->begin([this, folder, all, half] {
      second_reader_.read(folder, all.subspan(half));
      second_reader_.forget(folder);
    });
    reader_.read(folder, all.first(half));
    second_->wait();
  }

  void show(const Entry& entry, std::vector<const char*>& folders) {
    if (entry.error != 0) return miss(entry.name, entry.error);
    // Some file systems tell no types with the names, and a name may have become a folder.
    if (entry.attributes.type == ports::FileType::folder) return folders.push_back(entry.name);
    visitor_.visit(entry.node());
  }

  void readBelow(int folder, const char* name, std::size_t depth) {
    const Descriptor below(
        openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!below.open()) return readClosed(folder, name, errno);
    Entry entry{name};
    std::uint64_t mount = 0;
    reader_.readOpen(below.number(), entry, mount);
    if (entry.error != 0) miss(name, entry.error);
    const bool other = entry.device != device_ || mount != mount_;
    const bool wanted = visitor_.enter(entry.node(), other);
    if (other || !wanted) return;
    readFolder(below.number(), depth + 1);
    reader_.forget(below.number());
    visitor_.leave();
  }

  /// A folder that can't be opened still has an owner and a mode.
  void readClosed(int folder, const char* name, int why) {
    Entry entry{name};
    reader_.read(folder, {&entry, 1});
    if (entry.error != 0) return miss(name, why);
    if (entry.attributes.type != ports::FileType::folder) return visitor_.visit(entry.node());
    if (!visitor_.enter(entry.node(), false)) return;
    visitor_.missed("", errorText(why));
    visitor_.leave();
  }

  void miss(const char* name, int why) {
    // A name that went away between two looks was none of ours.
    if (why != ENOENT) visitor_.missed(name, errorText(why));
  }

  ports::TreeVisitor& visitor_;
  const core::Cancellation& cancellation_;
  EntryReader reader_;
  EntryReader second_reader_;
  std::uint64_t device_ = 0;
  std::uint64_t mount_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<Entry> entries_;  // of the block that is being read; used again for the next one
  std::size_t count_ = 0;
  std::optional<SecondHand> second_;  // the last member: it ends before what it works on
};

}  // namespace

void DiskTrees::walk(const std::string& root, ports::TreeVisitor& visitor) {
  std::exception_ptr failure;
  std::thread thread = quietThread([&] {
    try {
      ownCurrentFolder();
      Walker(visitor, cancellation_).run(root);
    } catch (...) {
      failure = std::current_exception();
    }
  });
  thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace adapters
