#include "lib/restore/needs.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using core::Outcome;

namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;

/// A server with one standby and one slot, as its views tell of them.
struct Server {
  Server() {
    instance.database.name = "netbox";
    instance.database.admin.user = "postgres";
    fake.sql.database("postgres")
        .on("pg_tablespace_location")
        .gives({"folder", "tablespace", "max_wal", "slot_limit", "keep"},
               {{"", "", "1073741824", "-1", "0"}});
  }
  void slot(bool active, const std::string& held) {
    fake.sql.database("postgres")
        .on("FROM pg_replication_slots WHERE")
        .gives({"name", "active", "status", "held"},
               {{"old_standby", active ? "t" : "f", "extended", held}});
  }
  void noSlot() {
    fake.sql.database("postgres")
        .on("FROM pg_replication_slots WHERE")
        .gives({"name", "active", "status", "held"}, {});
  }
  void standby(const std::string& state, const std::string& behind, bool slot) {
    fake.sql.database("postgres")
        .on("FROM pg_stat_replication")
        .gives({"name", "place", "state", "behind", "slot"},
               {{"db2", "192.0.2.7", state, behind, slot ? "t" : "f"}});
  }
  core::CheckResult find(const std::string& id) {
    if (found.empty()) {
      found = restore::checkNeeds({fake.world(), instance}, kGigabyte);
    }
    return *std::find_if(found.begin(), found.end(),
                         [&](const auto& each) { return each.id == id; });
  }

  fakes::FakeWorld fake;
  config::Instance instance;
  std::vector<core::CheckResult> found;
};

}  // namespace

TEST_CASE("a standby that keeps up needs room that nobody here can see") {
  Server server;
  server.slot(true, "100");
  server.standby("streaming", "4096", true);
  CHECK(server.find("restore.standbys").outcome == Outcome::unknown);
  CHECK_THAT(server.find("restore.standbys").found,
             Contains("db2 on 192.0.2.7") && Contains("could not be determined"));
  CHECK(server.find("restore.slots").outcome == Outcome::pass);
}

TEST_CASE("a standby that lags, or has no slot, is told before a load leaves it behind") {
  Server server;
  server.noSlot();
  server.standby("catchup", "500000000", false);
  const core::CheckResult found = server.find("restore.standbys");
  CHECK(found.outcome == Outcome::warn);
  CHECK_THAT(found.found, Contains("not streaming (catchup)") && Contains("500 MB behind") &&
                              Contains("has no slot"));
}

TEST_CASE("an idle slot holds back the log of the whole load") {
  Server server;
  server.slot(false, "3000000");
  server.standby("streaming", "0", true);
  CHECK(server.find("restore.slots").outcome == Outcome::warn);
  CHECK_THAT(server.find("restore.slots").found,
             Contains("old_standby is not in use") && Contains("3.0 MB") && Contains("1.0 GB"));
  CHECK_THAT(server.find("restore.room").wanted, Contains("2.2 GB"));
}
