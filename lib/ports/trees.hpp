#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/ports/files.hpp"

namespace ports {

/// Who a process is to the kernel: numbers, as in /proc/ID/status. `groups` are the supplementary
/// ones.
struct Identity {
  unsigned uid = 0;
  unsigned gid = 0;
  std::vector<unsigned> groups{};

  bool operator==(const Identity&) const = default;
};

/// What decides who may do what with one thing in the file system. The ACLs are the values of
/// system.posix_acl_access and system.posix_acl_default as the kernel gives them; empty: none.
struct Attributes {
  FileType type = FileType::file;
  unsigned mode = 0;  // permission bits, 07777
  unsigned uid = 0;
  unsigned gid = 0;
  std::string access_acl{};
  std::string default_acl{};

  bool operator==(const Attributes&) const = default;
};

/// One thing in a tree, valid while the visitor is called.
struct Node {
  std::string_view name;  // last component; empty for the tree's own root
  const Attributes& attributes;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t links = 1;
  core::Time changed{};  // of the attributes (st_ctime)
};

/// Is led through a tree, folder by folder. Folders below another mount are named and not entered.
class TreeVisitor {
 public:
  virtual ~TreeVisitor() = default;
  /// A folder; true: what is in it comes next, then leave().
  virtual bool enter(const Node& folder, bool other_mount) = 0;
  virtual void leave() = 0;
  /// Anything that is no folder. Links are not followed.
  virtual void visit(const Node& node) = 0;
  /// What could not be looked at: `name` in the current folder, and why. The walk goes on.
  virtual void missed(std::string_view name, const std::string& why) = 0;
};

/// A right that is asked for: any of "rwx".
struct AccessQuestion {
  std::string path;
  std::string rights;
};

/// The kernel's word.
struct AccessAnswer {
  bool allowed = false;
  int error = 0;      // errno; 0 if allowed
  std::string words;  // "Permission denied"
};

/// One change of owner, group, mode and ACLs, bound to what was seen.
struct AttributeChange {
  std::string path;  // relative to the tree's root; empty: the root itself
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  Attributes from;
  Attributes to;
};

/// Whether `now` is the state before the change, or what one that was killed half-way leaves: the
/// mode of one and the owner of the other, or only the rights that both have.
bool isBegun(const AttributeChange& change, const Attributes& now);

enum class Changed {
  done,     // had `from`, has `to`
  already,  // had `to`
  gone,     // no such name, or another thing under it
  other,    // neither `from` nor `to`: somebody changed it meanwhile
  unsafe,   // several hard links, or a special file: left alone
};

const char* changedName(Changed changed);

/// What an account can do in a folder, tried for real.
struct WriteTrial {
  bool ok = false;
  std::string failed{};  // "create", "write", "read back", "delete"
  std::string words{};
  std::string left{};  // a file that could not be deleted again
};

/// Trees of files on one host, with what the kernel decides by. Paths are absolute. Errors of every
/// method: not_found, denied (root is needed to act as somebody else), interrupted, unexpected.
class Trees {
 public:
  virtual ~Trees() = default;

  // Looking.
  /// Walks everything at and below `root`, which is no link. In no order; memory does not grow
  /// with the number of files.
  virtual void walk(const std::string& root, TreeVisitor& visitor) = 0;
  /// Nothing if there is nothing. A link in the last component is not followed.
  virtual std::optional<Attributes> attributes(const std::string& path) = 0;
  /// The account as the system's name service knows it, with all its groups; nothing if there is
  /// none.
  virtual std::optional<Identity> account(const std::string& name) = 0;
  virtual std::optional<unsigned> group(const std::string& name) = 0;
  /// Names of numbers; "" where there is none.
  virtual std::string accountName(unsigned uid) = 0;
  virtual std::string groupName(unsigned gid) = 0;
  /// Asks the kernel as `who`: faccessat2(2) with effective rights, in the file system as process
  /// `inside` sees it (0: as this process does). One answer for each question.
  virtual std::vector<AccessAnswer> access(const Identity& who, int inside,
                                           const std::vector<AccessQuestion>& questions) = 0;

  // Changing.
  /// Creates, writes, reads back and deletes one file as `who`.
  virtual WriteTrial tryWrite(const Identity& who, int inside, const std::string& folder) = 0;
  /// Changes what still is as it was seen, below `root` and never through a link or another mount.
  /// On disk when it returns. One result for each change.
  virtual std::vector<Changed> change(const std::string& root,
                                      const std::vector<AttributeChange>& changes) = 0;
};

}  // namespace ports
