#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/ports/trees.hpp"

namespace fakes {

/// A tree in memory. Rights are decided by owner, group and other; ACLs are kept and decide
/// nothing.
class FakeTrees : public ports::Trees {
 public:
  /// Adds a thing with mode and owner; its parents must be there ("/" is).
  void add(const std::string& path, ports::FileType type, unsigned mode, unsigned uid = 0,
           unsigned gid = 0);
  void folder(const std::string& path, unsigned mode, unsigned uid = 0, unsigned gid = 0) {
    add(path, ports::FileType::folder, mode, uid, gid);
  }
  void file(const std::string& path, unsigned mode, unsigned uid = 0, unsigned gid = 0) {
    add(path, ports::FileType::file, mode, uid, gid);
  }
  void remove(const std::string& path) { things_.erase(path); }
  void addAccount(const std::string& name, ports::Identity identity);
  void addGroup(const std::string& name, unsigned gid) { groups_[name] = gid; }
  /// From now on the kernel denies `rights` below this path to everybody, as on a read-only mount.
  void deny(const std::string& below) { denied_.insert(below); }
  ports::Attributes& at(const std::string& path);
  void linkTwice(const std::string& path) { links_[path] = 2; }
  void hide(const std::string& folder) { hidden_.insert(folder); }
  /// How often something was changed.
  int changes() const { return changes_; }

  void walk(const std::string& root, ports::TreeVisitor& visitor) override;
  std::optional<ports::Attributes> attributes(const std::string& path) override;
  std::optional<ports::Identity> account(const std::string& name) override;
  std::optional<unsigned> group(const std::string& name) override;
  std::string accountName(unsigned uid) override;
  std::string groupName(unsigned gid) override;
  std::vector<ports::AccessAnswer> access(
      const ports::Identity& who, int inside,
      const std::vector<ports::AccessQuestion>& questions) override;
  ports::WriteTrial tryWrite(const ports::Identity& who, int inside,
                             const std::string& folder) override;
  std::vector<ports::Changed> change(const std::string& root,
                                     const std::vector<ports::AttributeChange>& changes) override;

 private:
  struct Thing {
    ports::Attributes attributes;
    std::uint64_t inode;
  };

  bool allows(const ports::Identity& who, const std::string& path, char right);
  ports::Node nodeOf(const std::string& path, const Thing& thing, bool root) const;
  void walkFolder(const std::string& path, ports::TreeVisitor& visitor);

  std::map<std::string, Thing> things_{{"/", {{ports::FileType::folder, 0755}, 1}}};
  std::map<std::string, ports::Identity> accounts_{{"root", {}}};
  std::map<std::string, unsigned> groups_{{"root", 0}};
  std::map<std::string, std::uint64_t> links_;
  std::set<std::string> denied_;
  std::set<std::string> hidden_;
  std::uint64_t next_inode_ = 2;
  int changes_ = 0;
};

}  // namespace fakes
