#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>

#include "lib/core/time.hpp"
#include "lib/ports/trees.hpp"

namespace adapters {

/// One name in a folder, and what was read of it. `name` is borrowed.
struct Entry {
  const char* name = nullptr;
  ports::Attributes attributes{};
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t links = 0;
  core::Time changed{};
  int error = 0;  // errno; 0: all of it was read

  ports::Node node() const { return {name, attributes, device, inode, links, changed}; }
};

/// Reads what decides about things in folders. For one thread, whose current folder is its own
/// (unshare(CLONE_FS)) and is moved: relative to it, an ACL is read without resolving a whole path
/// again. (There is no getxattrat(2) before Linux 6.13.)
class EntryReader {
 public:
  /// Names in the folder that `folder` holds open. A link's ACL is not asked for: it has none.
  void read(int folder, std::span<Entry> entries);
  /// The open folder itself, and the mount that it is on (0 before Linux 5.8).
  void readOpen(int folder, Entry& entry, std::uint64_t& mount);
  /// `folder` is about to be closed; its number may be used again for another one.
  void forget(int folder) {
    if (here_ == folder) here_ = -1;
  }

 private:
  void readAcls(int folder, Entry& entry);

  bool has_acls_ = true;  // until a file system says that it has none
  int here_ = -1;         // the thread's current folder
};

}  // namespace adapters
