#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "lib/adapters/attributes.hpp"
#include "lib/adapters/descriptor.hpp"
#include "lib/adapters/disk_trees.hpp"
#include "lib/adapters/tree_root.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

/// A thing below `root`, reached through no link and no other mount: not opened for reading or
/// writing, only held. Not open if there is none.
Descriptor hold(const Descriptor& root, const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  const char* name = path.empty() ? "." : path.c_str();
  const long number = syscall(SYS_openat2, root.number(), name, &how, sizeof how);
  if (number >= 0) return Descriptor(static_cast<int>(number));
  if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EXDEV) return {};
  throw trouble("can't open " + path, errno);
}

/// What a held thing is called for calls that take only a path: leads to it, whatever became of
/// its name.
std::string nameOf(const Descriptor& held) {
  return "/proc/self/fd/" + std::to_string(held.number());
}

ports::Attributes read(const Descriptor& held, const struct stat& seen) {
  ports::Attributes attributes;
  fill(attributes, seen);
  const std::string name = nameOf(held);
  int error = 0;
  for (const auto& [to, kind] : {std::pair{&attributes.access_acl, kAccessAcl},
                                 std::pair{&attributes.default_acl, kDefaultAcl}}) {
    readAcl(*to, error,
            [&](char* room, std::size_t size) { return getxattr(name.c_str(), kind, room, size); });
  }
  if (error != 0 && error != EACCES) throw trouble("can't read an ACL", error);
  return attributes;
}

void writeAcl(const std::string& name, const char* kind, const std::string& acl) {
  const int failed = acl.empty() ? removexattr(name.c_str(), kind)
                                 : setxattr(name.c_str(), kind, acl.data(), acl.size(), 0);
  if (failed != 0 && errno != ENODATA && errno != EOPNOTSUPP)
    throw trouble("can't set an ACL", errno);
}

/// Rights are taken away before the owner changes and given after it: at no moment may somebody do
/// what neither the old nor the new state allows.
void write(const Descriptor& held, const ports::Attributes& from, const ports::Attributes& to) {
  const std::string name = nameOf(held);
  const unsigned common = from.mode & to.mode;
  const bool owner = from.uid != to.uid || from.gid != to.gid;
  if (owner && common != from.mode && chmod(name.c_str(), common) != 0) {
    throw trouble("can't set a mode", errno);
  }
  if (owner && fchownat(held.number(), "", to.uid, to.gid, AT_EMPTY_PATH) != 0) {
    throw trouble("can't set an owner", errno);
  }
  if (from.access_acl != to.access_acl) writeAcl(name, kAccessAcl, to.access_acl);
  if (from.default_acl != to.default_acl) writeAcl(name, kDefaultAcl, to.default_acl);
  struct stat seen {};
  if (fstat(held.number(), &seen) != 0) throw trouble("can't look again", errno);
  if ((seen.st_mode & 07777) != to.mode && chmod(name.c_str(), to.mode) != 0) {
    throw trouble("can't set a mode", errno);
  }
}

ports::Changed changeOne(const Descriptor& root, const ports::AttributeChange& change) {
  const Descriptor held = hold(root, change.path);
  if (!held.open()) return ports::Changed::gone;
  struct stat seen {};
  if (fstat(held.number(), &seen) != 0) throw trouble("can't look at " + change.path, errno);
  // A number may be used again at once, for a thing of another kind.
  const bool same = seen.st_dev == change.device && seen.st_ino == change.inode &&
                    typeOf(seen) == change.from.type;
  if (!same) return ports::Changed::gone;
  const ports::Attributes now = read(held, seen);
  if (now == change.to) return ports::Changed::already;
  const bool plain = S_ISDIR(seen.st_mode) || (S_ISREG(seen.st_mode) && seen.st_nlink == 1);
  if (!plain) return ports::Changed::unsafe;
  if (!ports::isBegun(change, now)) return ports::Changed::other;
  write(held, now, change.to);
  return ports::Changed::done;
}

}  // namespace

std::vector<ports::Changed> DiskTrees::change(const std::string& root,
                                              const std::vector<ports::AttributeChange>& changes) {
  const Descriptor top = openRoot(root, O_RDONLY | O_DIRECTORY);
  if (!top.open()) throw trouble("can't open folder " + root, errno);
  std::vector<ports::Changed> results;
  results.reserve(changes.size());
  for (const ports::AttributeChange& change : changes) {
    if (results.size() % 256 == 0) cancellation_.check();
    try {
      results.push_back(changeOne(top, change));
    } catch (const core::Error& error) {
      throw core::Error(error.kind(), root + "/" + change.path + ": " + error.what(), error.hint());
    }
  }
  if (syncfs(top.number()) != 0) throw trouble("can't sync " + root, errno);
  return results;
}

}  // namespace adapters
