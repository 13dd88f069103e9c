#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/core/json.hpp"
#include "lib/core/time.hpp"

namespace permissions {

/// What is wrong with many things in the same way, folded: "4,211 files under devicetype-images:
/// owner root:root, expected netbox".
struct Finding {
  enum class Kind {
    attributes,   // owner, group, mode or ACL differ from the rule
    access,       // somebody can't do what he must
    exposed,      // somebody can do what must be kept from him
    kernel,       // the kernel denies what the attributes allow
    unmendable,   // several hard links, or a special file: repair leaves it alone
    absent,       // a path that a rule is for is not there
    other_mount,  // another file system is mounted there; not looked into
    missed,       // could not be looked at
    upload,       // what the application says to an upload
    writing,      // what became of files that were written for a try
    label,        // labels of a security module differ from its own rules, or it denied something
    file_system,  // its file system decides by itself (NFS)
  };
  Kind kind = Kind::attributes;
  core::Outcome outcome = core::Outcome::fail;
  std::string place;   // the folder that it is folded into, or the path itself
  std::string found;   // "owner root:root, mode 0644"
  std::string wanted;  // "owner netbox"
  std::string who;     // whom it concerns; empty: everybody
  std::string why;     // the rule's own words
  std::string rule;    // "FILE:12"
  std::int64_t files = 0;
  std::int64_t folders = 0;
  core::Time newest{};  // when the attributes of the one that was changed last were changed
  std::vector<std::string> samples;  // at most three paths
};

const char* kindName(Finding::Kind kind);

/// The sentence of a finding: "4,211 files and 3 folders: owner root:root".
std::string sentence(const Finding& finding);
core::CheckResult toCheck(const Finding& finding);
core::Json toJson(const Finding& finding);

}  // namespace permissions
