#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"
#include "lib/backup/store.hpp"
#include "lib/core/json.hpp"

namespace commands::backup_shared {

/// What every document says of a set.
core::Json setToJson(const backup::StoredSet& set, core::Time now);

/// "3 min ago", "2 d 4 h ago"; "in the future by …" where the clocks disagree.
std::string ageInWords(core::Time taken, core::Time now);

/// The set that is meant: by id (or its beginning), or the newest good one. Errors: usage for none
/// or both, not_found.
backup::StoredSet chooseSet(backup::Store& store, const std::optional<std::string>& id,
                            bool newest);

}  // namespace commands::backup_shared
