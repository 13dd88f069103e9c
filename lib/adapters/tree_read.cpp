#include "lib/adapters/tree_read.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "lib/adapters/attributes.hpp"

namespace adapters {
namespace {

void fill(Entry& entry, const struct stat& seen) {
  adapters::fill(entry.attributes, seen);
  entry.attributes.access_acl.clear();
  entry.attributes.default_acl.clear();
  entry.device = seen.st_dev;
  entry.inode = seen.st_ino;
  entry.links = seen.st_nlink;
  entry.changed = changeTime(seen);
  entry.error = 0;
}

/// The fields of statx(2) that stat(2) has, too: one call gives them with the mount.
struct stat asStat(const struct statx& seen) {
  struct stat plain {};
  plain.st_mode = seen.stx_mode;
  plain.st_uid = seen.stx_uid;
  plain.st_gid = seen.stx_gid;
  plain.st_dev = makedev(seen.stx_dev_major, seen.stx_dev_minor);
  plain.st_ino = seen.stx_ino;
  plain.st_nlink = seen.stx_nlink;
  plain.st_ctim = {seen.stx_ctime.tv_sec, seen.stx_ctime.tv_nsec};
  return plain;
}

}  // namespace

void EntryReader::read(int folder, std::span<Entry> entries) {
  for (Entry& entry : entries) {
    struct stat seen {};
    if (fstatat(folder, entry.name, &seen, AT_SYMLINK_NOFOLLOW) != 0) {
      entry.error = errno;
      continue;
    }
    fill(entry, seen);
    const ports::FileType type = entry.attributes.type;
    if (has_acls_ && type != ports::FileType::link && type != ports::FileType::folder) {
      readAcls(folder, entry);
    }
  }
}

void EntryReader::readAcls(int folder, Entry& entry) {
  if (here_ != folder) {
    if (fchdir(folder) != 0) {
      entry.error = errno;
      return;
    }
    here_ = folder;
  }
  has_acls_ = readAcl(entry.attributes.access_acl, entry.error, [&](char* room, std::size_t size) {
    return lgetxattr(entry.name, kAccessAcl, room, size);
  });
}

void EntryReader::readOpen(int folder, Entry& entry, std::uint64_t& mount) {
  struct statx seen {};
  if (statx(folder, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &seen) != 0) {
    entry.error = errno;
    return;
  }
  mount = (seen.stx_mask & STATX_MNT_ID) != 0 ? seen.stx_mnt_id : 0;
  fill(entry, asStat(seen));
  if (!has_acls_) return;
  has_acls_ = readAcl(entry.attributes.access_acl, entry.error, [&](char* room, std::size_t size) {
    return fgetxattr(folder, kAccessAcl, room, size);
  });
  if (!has_acls_ || entry.attributes.type != ports::FileType::folder) return;
  readAcl(entry.attributes.default_acl, entry.error,
          [&](char* room, std::size_t size) { return fgetxattr(folder, kDefaultAcl, room, size); });
}

}  // namespace adapters
