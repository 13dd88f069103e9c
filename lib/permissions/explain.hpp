#pragma once

#include <string>
#include <vector>

#include "lib/core/json.hpp"
#include "lib/permissions/people.hpp"

namespace permissions {

/// One component on the way to a path, for one person.
struct Component {
  std::string path;
  std::string attributes;  // "drwxr-x--- root:www-data"
  std::string link;        // where a link leads; then nothing is decided here
  std::string rights;      // that are needed here: "x", or what was asked for at the end
  bool allowed = true;
  std::string entry;  // that decides
  bool there = true;
};

/// Why somebody can, or can't, do something with a path.
struct Explanation {
  std::vector<Component> components;
  std::string rights;
  bool allowed = true;  // by the attributes: no component denies
  bool kernel_allowed = true;
  std::string kernel_words;
  bool kernel_asked = true;
};

/// Follows links as the kernel does. Errors: refused (over 40 links), as Files and Trees.
Explanation explain(ports::World& world, const Person& person, const std::string& path,
                    const std::string& rights);

/// One line a component, the first that denies marked, the kernel's word below.
std::string inWords(const Explanation& explanation, const Person& person);
core::Json toJson(const Explanation& explanation, const Person& person);

}  // namespace permissions
