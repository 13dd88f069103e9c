#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/permissions/expectation.hpp"
#include "lib/permissions/finding.hpp"
#include "lib/permissions/place.hpp"

namespace permissions {

/// What an audit saw. Memory grows with the kinds of findings, not with the number of files.
struct Audit {
  std::vector<Finding> findings;  // worst first, then by place
  std::int64_t files = 0;
  std::int64_t folders = 0;
  std::int64_t asked = 0;  // questions that the kernel answered
  core::Duration took{};
};

/// Called for each thing whose attributes a repair would change: the walk's root and the change,
/// with a path relative to that root.
using OnChange = std::function<void(const std::string& root, ports::AttributeChange change)>;

/// Walks all that the rules are for and judges it: attributes by the rules, access by the
/// attributes and by the kernel's own word for one thing of each kind in each folder of a root.
/// Beside that, what follows rules of its own (lookBeside()). Changes nothing. Errors: refused (no
/// rule's path is there: an empty selection never means all), as Trees.
Audit audit(Site& site, const Expectations& expectations);

/// The walk alone: what a repair would change.
Audit walkThrough(Site& site, const Expectations& expectations, const OnChange& on_change);

}  // namespace permissions
