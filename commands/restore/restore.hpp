#pragma once

#include <optional>
#include <string>

#include "commands/operation.hpp"
#include "commands/verb.hpp"
#include "lib/backup/store.hpp"

namespace commands {

Noun restoreNoun();

Verb restorePlan();
Verb restoreRun();
Verb restoreUndo();
Verb restoreFinish();

/// The newest finished restore, or undo of one, of the instance: what undo and finish are about.
/// Errors: not_found.
step::Run newestRestore(Operation& operation);

/// The databases that a finished restore left: which one lives, which one is kept. From its
/// journal, so that names are right whatever was renamed since.
struct SwappedPair {
  std::string live;
  std::int64_t live_oid = 0;
  std::string kept;  // empty: none was there before
  std::int64_t kept_oid = 0;
};
SwappedPair swappedPair(const step::Run& run);

/// Lines and fields for the end of a restore or an undo: downtime, what is kept, next commands.
Report swapReport(const step::Run& run);

}  // namespace commands
