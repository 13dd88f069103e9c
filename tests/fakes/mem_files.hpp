#pragma once

#include <map>
#include <set>

#include "lib/ports/clock.hpp"
#include "lib/ports/files.hpp"

namespace fakes {

/// A file system in memory, with root's rights unless actAs() says otherwise. The errors are those
/// of the real one. Records what changed, can run full, fail at a chosen change, or lose its power.
class MemFiles : public ports::Files {
 public:
  explicit MemFiles(ports::Clock& clock);

  // Making the world that a test begins with. Missing folders are made (0755, root).
  void put(const std::string& path, std::string text, unsigned mode = 0644, unsigned owner = 0);
  /// As if another program wrote it: gone with the power unless something syncs it.
  void putUnsynced(const std::string& path, std::string text, unsigned mode = 0644);
  void putFolder(const std::string& path, unsigned mode = 0755, unsigned owner = 0);
  void putLink(const std::string& path, const std::string& target);
  void account(const std::string& name, unsigned uid) { accounts_[name] = uid; }
  void group(const std::string& name, unsigned gid) { groups_[name] = gid; }
  void actAs(unsigned uid) { uid_ = uid; }
  void free(std::uint64_t bytes) { free_ = bytes; }

  // Bad luck.
  /// The nth change from now (1 is the next) fails with this errno, and so do all after it until
  /// heal().
  void failAt(int nth, int error);
  void heal() { fail_at_ = 0; }
  /// Power loss, or kill -9: what was not synced is gone or empty, locks are free, files that were
  /// being written stay under their partial names.
  void losePower();

  /// "replace /a/b", "rename /a/b /a/c": in order, one per change.
  const std::vector<std::string>& changes() const { return changes_; }
  /// Text without any question of rights or links; fails the caller with not_found.
  const std::string& text(const std::string& path) const;
  /// All paths, sorted; to compare a world before and after.
  std::vector<std::string> paths() const;

  std::optional<ports::FileInfo> info(const std::string& path) override;
  std::vector<ports::FileInfo> list(const std::string& folder) override;
  std::string read(const std::string& path) override;
  std::unique_ptr<core::Source> open(const std::string& path) override;
  std::string linkTarget(const std::string& path) override;
  std::optional<std::string> resolve(const std::string& path) override;
  std::uint64_t freeBytes(const std::string& folder) override;
  bool may(const std::string& path, char right) override;
  void replace(const std::string& path, std::string_view text, unsigned mode) override;
  std::unique_ptr<ports::FileSink> create(const std::string& path, unsigned mode) override;
  void append(const std::string& path, std::string_view text, unsigned mode) override;
  void truncate(const std::string& path, std::uint64_t bytes) override;
  void makeFolder(const std::string& path, unsigned mode) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& path) override;
  void removeTree(const std::string& path) override;
  void setMode(const std::string& path, unsigned mode) override;
  void setOwner(const std::string& path, const std::string& owner) override;
  void syncTree(const std::string& folder) override;
  std::unique_ptr<ports::Tree> tree(const std::string& folder) override;
  void exchange(const std::string& one, const std::string& other) override;
  std::unique_ptr<ports::FileLock> lock(const std::string& path) override;

 private:
  friend class MemSink;
  friend class MemLock;
  friend class MemTree;
  friend class MemTreeFile;
  struct Node {
    ports::FileType type = ports::FileType::file;
    std::string text;  // content, or target of a link
    unsigned mode = 0644;
    unsigned owner = 0;
    unsigned group = 0;
    core::Time changed{};
    bool synced = true;
    std::uint64_t inode = 0;
  };

  /// The name in its folder, without links on the way to it. Errors as of the real one.
  std::string place(const std::string& path, const std::string& deed) const;
  /// Follows links everywhere; nothing if there is nothing.
  std::optional<std::string> follow(const std::string& path, int depth = 0) const;
  Node& node(const std::string& path, const std::string& deed);
  Node& plainFile(const std::string& path, const std::string& deed);
  Node& folderNode(const std::string& path, const std::string& deed);
  ports::FileInfo describe(const std::string& path, const Node& node) const;
  bool allowed(const Node& node, char right) const;
  void need(const Node& node, char right, const std::string& deed) const;
  void change(const std::string& what, const std::string& deed);
  void spend(std::size_t bytes, const std::string& deed);
  void refuseNotPlain(const std::string& place, const std::string& path);
  void needWritableParent(const std::string& place, const std::string& deed);
  std::vector<std::string> below(const std::string& place) const;
  /// Gives both names' nodes, and all below them, the other one's name.
  void swapNames(const std::string& one, const std::string& other);
  std::string dress(Node& node, const ports::FileInfo& as) const;
  Node& add(const std::string& place, ports::FileType type, std::string text, unsigned mode);

  ports::Clock& clock_;
  std::map<std::string, Node> nodes_;
  std::map<std::string, unsigned> accounts_{{"root", 0}, {"postgres", 101}, {"netbox", 999}};
  std::map<std::string, unsigned> groups_{{"root", 0}, {"postgres", 101}, {"netbox", 999}};
  std::set<std::string> locked_;
  std::vector<std::string> changes_;
  std::uint64_t free_ = 100ULL << 30;
  unsigned uid_ = 0;
  std::uint64_t last_inode_ = 0;
  unsigned power_ = 0;  // counts losses: sinks and locks of before are dead
  unsigned partial_ = 0;
  int fail_at_ = 0;
  int fail_error_ = 0;
};

}  // namespace fakes
