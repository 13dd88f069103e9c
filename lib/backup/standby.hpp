#pragma once

#include <functional>
#include <optional>
#include <string>

#include "lib/core/progress.hpp"
#include "lib/core/time.hpp"
#include "lib/database/database.hpp"

namespace backup {

/// What a server that is a standby says of itself.
struct Standby {
  bool is_standby = false;
  bool paused = false;                 // replay was paused by hand
  bool streaming = false;              // its primary is there
  std::optional<core::Time> replayed;  // commit of the last transaction that it replayed
  core::Duration patience{};           // max_standby_streaming_delay; negative: without end
  bool feedback = false;               // hot_standby_feedback
};

/// Asks the server of the instance. Reads only.
Standby standbyState(database::Database& database);

/// Whether a statement ended because it stood in the way of replay ("conflict with recovery",
/// SQLSTATE 40001, PostgreSQL 10 to 18), as our sessions and pg_dump say it.
bool isRecoveryConflict(const core::Error& error);

/// Does `work` again when replay ended it, at most `kTries` times in all. Errors: those of `work`;
/// for the last conflict with what the standby needs.
inline constexpr int kTries = 3;
void withPatience(ports::World& world, core::Progress& progress, const std::function<void()>& work);

}  // namespace backup
