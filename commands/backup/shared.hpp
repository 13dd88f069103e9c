#pragma once

#include <string>

#include "commands/context.hpp"
#include "lib/backup/store.hpp"
#include "lib/core/json.hpp"

namespace commands::backup_shared {

/// What every document says of a set.
core::Json setToJson(const backup::StoredSet& set, core::Time now);

/// One line for each part beside the database, and one for each file that is not as it should be.
std::string partsInWords(const backup::Manifest& manifest);

/// "3 min ago", "2 d 4 h ago"; "in the future by …" where the clocks disagree.
std::string ageInWords(core::Time taken, core::Time now);

}  // namespace commands::backup_shared
