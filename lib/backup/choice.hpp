#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/backup/store.hpp"

namespace backup {

/// Which set a person means: exactly one of these.
struct Choice {
  std::optional<std::string> set;    // id or its beginning
  bool newest = false;               // the newest good one
  std::optional<core::Time> before;  // the newest good one of an earlier moment
};

struct Chosen {
  StoredSet set;
  /// Newer ones that can't be used, and that somebody who asked for the newest should know of.
  std::vector<StoredSet> passed_over;
};

/// Errors: usage for none or several of them; not_found. A set that is named may be broken.
Chosen choose(Store& store, const Choice& choice);

}  // namespace backup
