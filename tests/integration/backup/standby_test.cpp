#include "lib/backup/standby.hpp"

#include <atomic>
#include <thread>

#include "lib/backup/steps.hpp"
#include "lib/backup/verify.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/integration/backup/site.hpp"
#include "tests/support/alive.hpp"

using backup_tests::Site;
using Catch::Matchers::Contains;

namespace {

/// A primary with a standby; both have database `replicated`.
struct Pair {
  Pair()
      : primary("replicated"),
        server(support::PrivatePostgres::standbyOf(
            Site::server(), {"max_standby_streaming_delay = 0", "hot_standby_feedback = off"})),
        standby("replicated", *server) {
    primary.sql(
        "CREATE TABLE t (id integer, v text); INSERT INTO t "
        "SELECT i, repeat('x', 200) FROM generate_series(1, 60000) i");
    catchUp();
  }
  ~Pair() {
    const std::string slot = "standby_" + std::to_string(server->port());
    server.reset();
    const auto sql = primary.database().admin();
    support::eventually([&] {
      return sql
          ->query("SELECT 1 FROM pg_replication_slots WHERE slot_name = $1 AND active", {slot})
          .empty();
    });
    sql->execute("SELECT pg_drop_replication_slot($1)", {slot});
  }
  void catchUp() {
    const std::string now =
        primary.database().admin()->query("SELECT pg_current_wal_lsn() AS at").text(0, "at");
    const auto sql = standby.database().admin();
    REQUIRE(support::eventually([&] {
      return sql->query("SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there", {now})
          .boolean(0, "there");
    }));
  }

  Site primary;
  std::unique_ptr<support::PrivatePostgres> server;
  Site standby;
};

/// Hears when a dump begins again.
class Listener : public core::Progress {
 public:
  void say(std::string_view line) override {
    if (line.find("beginning again") != std::string_view::npos) again = true;
  }
  void at(std::string_view, std::uint64_t, std::uint64_t) override {}
  std::atomic<bool> again{false};
};

}  // namespace

TEST_CASE("a standby gives a whole set, even if replay ends the first try") {
  Pair pair;
  CHECK(backup::standbyState(pair.standby.database()).is_standby);
  CHECK_FALSE(backup::standbyState(pair.primary.database()).is_standby);
  const std::string folder = pair.standby.makeSet(1);
  const backup::StoredSet set = backup::lookAt(pair.standby.world(), folder);
  REQUIRE(set.good());
  CHECK(set.manifest->database.identity.in_recovery);
  CHECK(set.manifest->database.rows() == 60000);
  const core::Duration age = pair.standby.world().clock.now() - set.manifest->taken();
  CHECK(age < std::chrono::minutes(1));

  // Rows that the standby's snapshot still sees are cleaned away on the primary, again and again,
  // until the set was begun anew.
  Listener listener;
  step::Registry registry;
  backup::registerSteps(registry, pair.standby.world(), pair.standby.instance());
  std::thread primary([&] {
    const auto sql = pair.primary.database().admin("replicated");
    for (int i = 0; i < 200 && !listener.again; ++i) {
      sql->execute("DELETE FROM t WHERE id = " + std::to_string(i));
      sql->execute("VACUUM t");
    }
  });
  std::string said;
  try {
    registry.make(backup::createSteps(pair.standby.request(2)).front())->apply({}, listener);
  } catch (const core::Error& error) {
    said = error.what();
  }
  const bool ended_once = listener.again;
  listener.again = true;
  primary.join();
  CHECK(said == "");
  CHECK(ended_once);
  CHECK(backup::lookAt(pair.standby.world(), pair.standby.request(2).stagingFolder()).good());
}

TEST_CASE("the age of a paused standby's set is that of its data") {
  Pair pair;
  pair.standby.database().admin()->query("SELECT pg_wal_replay_pause()");
  const auto sql = pair.standby.database().admin();
  REQUIRE(support::eventually([&] {
    return sql->query("SELECT pg_get_wal_replay_pause_state() = 'paused' AS p").boolean(0, "p");
  }));
  CHECK(backup::standbyState(pair.standby.database()).paused);
  const std::string moment =
      sql->query(
             "SELECT to_char(pg_last_xact_replay_timestamp() AT TIME ZONE 'UTC', "
             "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS at")
          .text(0, "at");
  pair.primary.sql("INSERT INTO t VALUES (-1, 'new')");
  REQUIRE(support::eventually([&] {
    return sql
        ->query(
            "SELECT latest_end_lsn > pg_last_wal_replay_lsn() AS behind "
            "FROM pg_stat_wal_receiver")
        .boolean(0, "behind");
  }));
  const std::string folder = pair.standby.makeSet(1);
  const backup::StoredSet set = backup::lookAt(pair.standby.world(), folder);
  REQUIRE(set.good());
  CHECK(set.manifest->taken() == core::parseUtc(moment));
  CHECK(set.manifest->database.rows() == 60000);
}

TEST_CASE("a conflict with replay is told from other ends of a statement") {
  using core::Error;
  using core::Kind;
  CHECK(backup::isRecoveryConflict(Error(
      Kind::unexpected, "pg_dump failed: canceling statement due to conflict with recovery")));
  CHECK_FALSE(
      backup::isRecoveryConflict(Error(Kind::timed_out, "canceling statement due to user")));
}
