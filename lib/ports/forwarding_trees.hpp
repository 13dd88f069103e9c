#pragma once

#include "lib/ports/trees.hpp"

namespace ports {

/// Passes every call to inner(): a decorator or a double overrides what it wants.
class ForwardingTrees : public Trees {
 public:
  void walk(const std::string& root, TreeVisitor& visitor) override { inner().walk(root, visitor); }
  std::optional<Attributes> attributes(const std::string& path) override {
    return inner().attributes(path);
  }
  std::optional<Identity> account(const std::string& name) override {
    return inner().account(name);
  }
  std::optional<unsigned> group(const std::string& name) override { return inner().group(name); }
  std::string accountName(unsigned uid) override { return inner().accountName(uid); }
  std::string groupName(unsigned gid) override { return inner().groupName(gid); }
  std::vector<AccessAnswer> access(const Identity& who, int inside,
                                   const std::vector<AccessQuestion>& questions) override {
    return inner().access(who, inside, questions);
  }
  WriteTrial tryWrite(const Identity& who, int inside, const std::string& folder) override {
    return inner().tryWrite(who, inside, folder);
  }
  std::vector<Changed> change(const std::string& root,
                              const std::vector<AttributeChange>& changes) override {
    return inner().change(root, changes);
  }

 protected:
  virtual Trees& inner() = 0;
};

}  // namespace ports
