#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>

#include "lib/adapters/attributes.hpp"
#include "lib/adapters/descriptor.hpp"
#include "lib/adapters/disk_trees.hpp"
#include "lib/adapters/spawner.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

/// As getdents64(2) writes it.
struct Entry {
  std::uint64_t inode;
  std::int64_t offset;
  std::uint16_t length;
  unsigned char type;
  char name[1];
};

constexpr std::size_t kBlock = 64 * 1024;

/// The mount that a descriptor is in; 0 where the kernel doesn't tell (before 5.8).
std::uint64_t mountOf(int descriptor) {
  struct statx seen {};
  if (statx(descriptor, "", AT_EMPTY_PATH, STATX_MNT_ID, &seen) != 0) return 0;
  return (seen.stx_mask & STATX_MNT_ID) != 0 ? seen.stx_mnt_id : 0;
}

/// One walk, in a thread whose current folder is its own: relative to that, the ACL of a file is
/// read without resolving its whole path again (there is no getxattrat(2) before Linux 6.13).
/// Folders are entered while their parent is being read, so that each level holds one block of
/// names and no list of them.
class Walker {
 public:
  Walker(ports::TreeVisitor& visitor, const core::Cancellation& cancellation)
      : visitor_(visitor), cancellation_(cancellation) {}

  void run(const std::string& root) {
    const Descriptor top(open(root.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!top.open()) throw trouble("can't open " + root, errno);
    struct stat seen {};
    if (fstat(top.number(), &seen) != 0) throw trouble("can't look at " + root, errno);
    mount_ = mountOf(top.number());
    device_ = seen.st_dev;
    read(seen, [&](const char* kind, char* room, std::size_t size) {
      return fgetxattr(top.number(), kind, room, size);
    });
    const ports::Node node = nodeOf("", seen);
    if (attributes_.type != ports::FileType::folder) return visitor_.visit(node);
    if (!visitor_.enter(node, false)) return;
    readFolder(top.number(), 0);
    visitor_.leave();
  }

 private:
  ports::Node nodeOf(std::string_view name, const struct stat& seen) const {
    return {name, attributes_, seen.st_dev, seen.st_ino, seen.st_nlink, changeTime(seen)};
  }

  /// Fills attributes_; `get(kind, room, size)` reads an ACL of the same thing.
  template <typename Get>
  void read(const struct stat& seen, Get get) {
    fill(attributes_, seen);
    attributes_.access_acl.clear();
    attributes_.default_acl.clear();
    acl_error_ = 0;
    const ports::FileType type = attributes_.type;
    if (!has_acls_ || type == ports::FileType::link) return;
    has_acls_ = readAcl(attributes_.access_acl, acl_error_,
                        [&](char* room, std::size_t size) { return get(kAccessAcl, room, size); });
    if (!has_acls_ || type != ports::FileType::folder) return;
    readAcl(attributes_.default_acl, acl_error_,
            [&](char* room, std::size_t size) { return get(kDefaultAcl, room, size); });
  }

  void readFolder(int folder, std::size_t depth) {
    if (blocks_.size() <= depth) blocks_.push_back(std::make_unique<char[]>(kBlock));
    for (;;) {
      cancellation_.check();
      char* block = blocks_[depth].get();
      const long size = syscall(SYS_getdents64, folder, block, kBlock);
      if (size < 0) visitor_.missed("", errorText(errno));
      if (size <= 0) return;
      for (long at = 0; at < size;) {
        const auto* entry = reinterpret_cast<const Entry*>(block + at);
        at += entry->length;
        if (std::strcmp(entry->name, ".") == 0 || std::strcmp(entry->name, "..") == 0) continue;
        if (entry->type != DT_DIR) {
          readOther(folder, entry->name, depth);
        } else {
          readBelow(folder, entry->name, depth);
        }
      }
    }
  }

  void readOther(int folder, const char* name, std::size_t depth) {
    struct stat seen {};
    if (fstatat(folder, name, &seen, AT_SYMLINK_NOFOLLOW) != 0) return miss(name, errno);
    // Some file systems tell no types with the names, and a name may have become a folder.
    if (S_ISDIR(seen.st_mode)) return readBelow(folder, name, depth);
    if (here_ != folder) {
      if (fchdir(folder) != 0) return miss(name, errno);
      here_ = folder;
    }
    read(seen, [&](const char* kind, char* room, std::size_t size) {
      return lgetxattr(name, kind, room, size);
    });
    if (acl_error_ != 0) return miss(name, acl_error_);
    visitor_.visit(nodeOf(name, seen));
  }

  void readBelow(int folder, const char* name, std::size_t depth) {
    const Descriptor below(
        openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    const int error = errno;
    struct stat seen {};
    if (!below.open()) return readClosed(folder, name, error);
    if (fstat(below.number(), &seen) != 0) return miss(name, errno);
    read(seen, [&](const char* kind, char* room, std::size_t size) {
      return fgetxattr(below.number(), kind, room, size);
    });
    if (acl_error_ != 0) miss(name, acl_error_);
    const bool other = seen.st_dev != device_ || mountOf(below.number()) != mount_;
    const bool wanted = visitor_.enter(nodeOf(name, seen), other);
    if (other || !wanted) return;
    readFolder(below.number(), depth + 1);
    // The number may be used again for another folder.
    if (here_ == below.number()) here_ = -1;
    visitor_.leave();
  }

  /// A folder that can't be opened still has an owner and a mode.
  void readClosed(int folder, const char* name, int why) {
    struct stat seen {};
    if (fstatat(folder, name, &seen, AT_SYMLINK_NOFOLLOW) != 0) return miss(name, why);
    attributes_ = {};
    fill(attributes_, seen);
    if (!S_ISDIR(seen.st_mode)) return visitor_.visit(nodeOf(name, seen));
    if (!visitor_.enter(nodeOf(name, seen), false)) return;
    visitor_.missed("", errorText(why));
    visitor_.leave();
  }

  void miss(const char* name, int why) {
    // A name that went away between two looks was none of ours.
    if (why != ENOENT) visitor_.missed(name, errorText(why));
  }

  ports::TreeVisitor& visitor_;
  const core::Cancellation& cancellation_;
  ports::Attributes attributes_;
  int acl_error_ = 0;
  bool has_acls_ = true;
  dev_t device_ = 0;
  std::uint64_t mount_ = 0;
  int here_ = -1;  // the thread's current folder
  std::vector<std::unique_ptr<char[]>> blocks_;
};

}  // namespace

void DiskTrees::walk(const std::string& root, ports::TreeVisitor& visitor) {
  std::exception_ptr failure;
  std::thread thread = quietThread([&] {
    try {
      if (unshare(CLONE_FS) != 0) throw trouble("can't have a current folder of its own", errno);
      Walker(visitor, cancellation_).run(root);
    } catch (...) {
      failure = std::current_exception();
    }
  });
  thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace adapters
