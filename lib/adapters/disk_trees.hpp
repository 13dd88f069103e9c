#pragma once

#include "lib/core/cancel.hpp"
#include "lib/ports/trees.hpp"

namespace adapters {

/// Trees of this host. Safe from any thread.
class DiskTrees : public ports::Trees {
 public:
  explicit DiskTrees(const core::Cancellation& cancellation) : cancellation_(cancellation) {}

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
  const core::Cancellation& cancellation_;
};

}  // namespace adapters
