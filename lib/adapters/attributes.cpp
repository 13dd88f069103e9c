#include "lib/adapters/attributes.hpp"

#include <fcntl.h>
#include <sys/xattr.h>

#include <cerrno>

#include "lib/adapters/account.hpp"
#include "lib/adapters/disk_trees.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {

ports::FileType typeOf(const struct stat& seen) {
  if (S_ISREG(seen.st_mode)) return ports::FileType::file;
  if (S_ISDIR(seen.st_mode)) return ports::FileType::folder;
  return S_ISLNK(seen.st_mode) ? ports::FileType::link : ports::FileType::other;
}

void fill(ports::Attributes& attributes, const struct stat& seen) {
  attributes.type = typeOf(seen);
  attributes.mode = seen.st_mode & 07777;
  attributes.uid = seen.st_uid;
  attributes.gid = seen.st_gid;
}

core::Time changeTime(const struct stat& seen) {
  return core::Time(std::chrono::seconds(seen.st_ctim.tv_sec) +
                    std::chrono::microseconds(seen.st_ctim.tv_nsec / 1000));
}

std::optional<ports::Attributes> DiskTrees::attributes(const std::string& path) {
  struct stat seen {};
  if (lstat(path.c_str(), &seen) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw trouble("can't look at " + path, errno);
  }
  ports::Attributes attributes;
  fill(attributes, seen);
  if (attributes.type == ports::FileType::link) return attributes;
  int error = 0;
  readAcl(attributes.access_acl, error, [&](char* room, std::size_t size) {
    return lgetxattr(path.c_str(), kAccessAcl, room, size);
  });
  readAcl(attributes.default_acl, error, [&](char* room, std::size_t size) {
    return lgetxattr(path.c_str(), kDefaultAcl, room, size);
  });
  if (error != 0) throw trouble("can't read the ACL of " + path, error);
  return attributes;
}

std::optional<ports::Identity> DiskTrees::account(const std::string& name) {
  try {
    const Account found = accountNamed(name);
    return ports::Identity{found.uid, found.gid, {found.groups.begin(), found.groups.end()}};
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::not_found) return std::nullopt;
    throw;
  }
}

std::optional<unsigned> DiskTrees::group(const std::string& name) {
  try {
    return groupNamed(name);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::not_found) return std::nullopt;
    throw;
  }
}

std::string DiskTrees::accountName(unsigned uid) { return adapters::accountName(uid); }

std::string DiskTrees::groupName(unsigned gid) { return adapters::groupName(gid); }

}  // namespace adapters
