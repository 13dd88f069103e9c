#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"
#include "commands/verb.hpp"
#include "lib/backup/choice.hpp"

namespace commands {

/// How a verb is told which set is meant.
struct SetOptions {
  std::optional<std::string> set;
  bool newest = false;
  std::optional<std::string> before;
};

/// SET, --newest and --before.
void bindSet(Arguments& arguments, SetOptions& options);

/// The set that is meant. Says how --before was understood and what it found, and warns of newer
/// sets that can't be used. Errors: usage, not_found. A set that is named may be broken.
backup::StoredSet chosenSet(Context& context, backup::Store& store, const SetOptions& options);

}  // namespace commands
