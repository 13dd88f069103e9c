#pragma once

#include <string>

#include "lib/ports/trees.hpp"

namespace permissions {

/// What owner, group, mode and ACL say of one right, and which entry decides.
struct Verdict {
  bool allowed = false;
  std::string entry;  // "group:33:r-- limited by mask::---", "other::r-x", "root may"
};

/// Whether `who` has all of `rights` ("rwx") on a thing, by its own attributes alone: the folders
/// on the way are not asked. The order is the kernel's (acl(5), "Access check algorithm"): owner,
/// named user, groups (any entry that grants all), other; named entries and groups are limited by
/// the mask.
Verdict evaluate(const ports::Attributes& thing, const ports::Identity& who,
                 const std::string& rights);

/// "r-x" as bits: 4 read, 2 write, 1 enter or execute.
unsigned rightsOf(const std::string& rights);

bool isMember(const ports::Identity& who, unsigned gid);

}  // namespace permissions
