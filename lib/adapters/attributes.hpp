#pragma once

#include <sys/stat.h>

#include <string>

#include "lib/ports/trees.hpp"

namespace adapters {

inline constexpr const char* kAccessAcl = "system.posix_acl_access";
inline constexpr const char* kDefaultAcl = "system.posix_acl_default";

ports::FileType typeOf(const struct stat& seen);
/// Everything but the ACLs.
void fill(ports::Attributes& attributes, const struct stat& seen);
core::Time changeTime(const struct stat& seen);

/// Reads an ACL by `get(buffer, size)`, a getxattr(2) of some form, into `to`; empty where there is
/// none. False where the file system has no ACLs at all, so that nobody needs to ask again. Gives
/// an error number through `error` for anything else.
template <typename Get>
bool readAcl(std::string& to, int& error, Get get) {
  char room[4096];
  const ssize_t size = get(room, sizeof room);
  if (size >= 0) {
    to.assign(room, static_cast<std::size_t>(size));
    return true;
  }
  to.clear();
  if (errno == ENODATA) return true;
  if (errno == EOPNOTSUPP) return false;
  error = errno;
  return true;
}

}  // namespace adapters
