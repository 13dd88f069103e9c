#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace permissions {

enum class AclTag { owner, user, group, named_group, mask, other };

struct AclEntry {
  AclTag tag = AclTag::owner;
  unsigned rights = 0;  // 4 read, 2 write, 1 enter or execute
  unsigned id = 0;      // of user and named_group

  bool operator==(const AclEntry&) const = default;
};

/// A POSIX ACL as the kernel keeps it in an extended attribute (acl(5); linux/posix_acl_xattr.h:
/// version 2, little endian, eight bytes an entry). Nothing for bytes of another shape, and none
/// for an empty value. Errors: corrupt.
std::vector<AclEntry> parseAcl(std::string_view value);
std::string aclValue(std::vector<AclEntry> entries);

/// "user:33:r-x", "mask::r--": as getfacl(1) writes an entry, with numbers.
std::string inWords(const AclEntry& entry);
/// "r-x".
std::string rightsInWords(unsigned rights);

}  // namespace permissions
