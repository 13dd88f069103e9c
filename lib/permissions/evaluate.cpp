#include "lib/permissions/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lib/permissions/acl.hpp"

namespace permissions {
namespace {

bool grants(unsigned has, unsigned wanted) { return (has & wanted) == wanted; }

/// The three entries that every file has, from its mode; or the ones of its ACL.
std::vector<AclEntry> entriesOf(const ports::Attributes& thing) {
  if (!thing.access_acl.empty()) return parseAcl(thing.access_acl);
  return {{AclTag::owner, thing.mode >> 6 & 7, 0},
          {AclTag::group, thing.mode >> 3 & 7, 0},
          {AclTag::other, thing.mode & 7, 0}};
}

unsigned maskOf(const std::vector<AclEntry>& entries) {
  for (const AclEntry& entry : entries) {
    if (entry.tag == AclTag::mask) return entry.rights;
  }
  return 7;
}

Verdict decide(const AclEntry& entry, unsigned limit, unsigned wanted) {
  const bool limited = grants(entry.rights, wanted) && !grants(entry.rights & limit, wanted);
  return {grants(entry.rights & limit, wanted),
          inWords(entry) + (limited ? " limited by mask::" + rightsInWords(limit) : "")};
}

bool concerns(const AclEntry& entry, const ports::Attributes& thing, const ports::Identity& who) {
  if (entry.tag == AclTag::group) return isMember(who, thing.gid);
  return entry.tag == AclTag::named_group && isMember(who, entry.id);
}

Verdict forRoot(const ports::Attributes& thing, unsigned wanted) {
  const bool needs_mark = (wanted & 1) != 0 && thing.type != ports::FileType::folder;
  if (needs_mark && (thing.mode & 0111) == 0) return {false, "nobody may execute it"};
  return {true, "root may"};
}

}  // namespace

unsigned rightsOf(const std::string& rights) {
  unsigned bits = 0;
  for (const char right : rights) bits |= right == 'r' ? 4U : right == 'w' ? 2U : 1U;
  return bits;
}

bool isMember(const ports::Identity& who, unsigned gid) {
  return who.gid == gid || std::find(who.groups.begin(), who.groups.end(), gid) != who.groups.end();
}

Verdict evaluate(const ports::Attributes& thing, const ports::Identity& who,
                 const std::string& rights) {
  const unsigned wanted = rightsOf(rights);
  if (who.uid == 0) return forRoot(thing, wanted);
  const std::vector<AclEntry> entries = entriesOf(thing);
  const unsigned mask = maskOf(entries);
  for (const AclEntry& entry : entries) {
    if (entry.tag == AclTag::owner && who.uid == thing.uid) return decide(entry, 7, wanted);
  }
  for (const AclEntry& entry : entries) {
    if (entry.tag == AclTag::user && who.uid == entry.id) return decide(entry, mask, wanted);
  }
  std::optional<Verdict> of_groups;
  for (const AclEntry& entry : entries) {
    if (!concerns(entry, thing, who)) continue;
    of_groups = decide(entry, mask, wanted);
    if (of_groups->allowed) break;
  }
  if (of_groups) return *of_groups;
  return decide(entries.back(), 7, wanted);
}

}  // namespace permissions
