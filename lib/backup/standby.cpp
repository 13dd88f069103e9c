#include "lib/backup/standby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "lib/core/error.hpp"

namespace backup {
namespace {

// pg_is_wal_replay_paused() fails on a primary. pg_stat_wal_receiver shows its state to members of
// pg_read_all_stats alone.
constexpr std::string_view kState = R"(
SELECT pg_is_in_recovery() AS standby,
       CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS paused,
       coalesce((SELECT status = 'streaming' FROM pg_stat_wal_receiver), false) AS streaming,
       to_char(pg_last_xact_replay_timestamp() AT TIME ZONE 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS replayed,
       (SELECT setting::bigint FROM pg_settings WHERE name = 'max_standby_streaming_delay')
         AS patience_ms,
       current_setting('hot_standby_feedback')::boolean AS feedback)";

// The words of the server: of a query that replay ended, and of one that wanted the snapshot of a
// session that replay had ended before.
constexpr std::array<std::string_view, 3> kConflicts = {"conflict with recovery",
                                                        "invalid snapshot identifier",
                                                        "could not import the requested snapshot"};

}  // namespace

Standby standbyState(database::Database& database) {
  const ports::SqlRows rows = database.admin()->query(kState);
  Standby standby;
  standby.is_standby = rows.boolean(0, "standby");
  standby.paused = rows.boolean(0, "paused");
  standby.streaming = rows.boolean(0, "streaming");
  if (!rows.isNull(0, "replayed")) standby.replayed = core::parseUtc(rows.text(0, "replayed"));
  standby.patience = std::chrono::milliseconds(rows.number(0, "patience_ms"));
  standby.feedback = rows.boolean(0, "feedback");
  return standby;
}

bool isRecoveryConflict(const core::Error& error) {
  const std::string_view said = error.what();
  return std::any_of(kConflicts.begin(), kConflicts.end(),
                     [&](auto words) { return said.find(words) != std::string_view::npos; });
}

void withPatience(ports::World& world, core::Progress& progress,
                  const std::function<void()>& work) {
  for (int attempt = 1;; ++attempt) {
    try {
      return work();
    } catch (const core::Error& error) {
      if (!isRecoveryConflict(error)) throw;
      if (attempt == kTries) {
        throw core::Error(error.kind(), error.what(),
                          "Replay on this standby ended the dump each time. Set "
                          "hot_standby_feedback = on, or a longer max_standby_streaming_delay, or "
                          "back the primary up.");
      }
      progress.say(fmt::format("replay on the standby ended the dump; beginning again ({} of {})",
                               attempt + 1, kTries));
      world.clock.sleep(std::chrono::seconds(1));
    }
  }
}

}  // namespace backup
