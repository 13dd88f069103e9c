#include "lib/overview/overview.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using core::Outcome;

namespace {

config::Instance plain() {
  config::Instance instance;
  instance.name = "netbox";
  instance.database.name = "netbox";
  instance.database.application = {"localhost", 5432, "netbox", {}, ""};
  return instance;
}

const core::CheckResult& lineOf(const overview::Overview& seen, const std::string& id) {
  for (const auto& one : seen.lines) {
    if (one.id == id) return one;
  }
  FAIL("no line " << id);
  return seen.lines.front();
}

}  // namespace

TEST_CASE("the database shows its size, its newest change and what restores kept") {
  fakes::FakeWorld fake;
  auto& database = fake.sql.database("netbox");
  database.on("pg_database_size").gives({"bytes", "standby"}, {{"2000000", "f"}});
  database.on("to_regclass").gives({"relname"}, {{"core_objectchange"}});
  database.on("ORDER BY id DESC").gives({"newest"}, {{"2026-11-21T01:00:00.000000Z"}});
  database.on("substring").gives({"datname"}, {{"netbox_before_20261120t030012z_3f2a"}});
  overview::Overview seen;
  overview::lookAtDatabase(fake.world(), plain(), seen);
  CHECK(lineOf(seen, "database").found ==
        "netbox on localhost:5432, 2.0 MB, last change 2 h 00 min ago");
  CHECK(lineOf(seen, "database.kept").outcome == Outcome::warn);
  CHECK(seen.facts["database"]["newest_change"] == "2026-11-21T01:00:00.000000Z");
  CHECK(seen.facts["kept_databases"].size() == 1);
}

TEST_CASE("a database that is down is a failure, and nothing is claimed about it") {
  fakes::FakeWorld fake;
  fake.sql.goDown();
  overview::Overview seen;
  overview::lookAtDatabase(fake.world(), plain(), seen);
  CHECK(lineOf(seen, "database").outcome == Outcome::fail);
  CHECK(seen.facts["database"].is_null());
  CHECK(seen.facts["kept_databases"].is_null());
}

TEST_CASE("a login that is refused falls back to the administrator's") {
  fakes::FakeWorld fake;
  auto instance = plain();
  instance.database.admin = {"", 5432, "postgres", {}, "postgres"};
  auto& database = fake.sql.database("netbox");
  database.refuses("28P01", "password authentication failed");
  database.on("pg_database_size").gives({"bytes", "standby"}, {{"5", "t"}});
  database.on("to_regclass").gives({"relname"}, {});
  database.on("substring").gives({"datname"}, {});
  overview::Overview seen;
  overview::lookAtDatabase(fake.world(), instance, seen);
  CHECK(lineOf(seen, "database").outcome == Outcome::pass);
  CHECK(seen.facts["database"]["standby"] == true);
  CHECK(database.logins().back().user == "postgres");
}

TEST_CASE("no backup set is a warning that names the command") {
  fakes::FakeWorld fake;
  overview::Overview seen;
  overview::lookAtBackups(fake.world(), plain(), seen);
  CHECK(lineOf(seen, "backup").outcome == Outcome::warn);
  CHECK(seen.facts["backup"].is_null());
}

TEST_CASE("runs that an ordinary user may not see are unknown, not absent") {
  fakes::FakeWorld fake;
  fake.files.put("/var/lib/sotctl/instances/netbox/unfinished.json", "{}", 0600);
  fake.files.putFolder("/var/lib/sotctl/instances", 0700);
  fake.files.actAs(1000);
  overview::Overview seen;
  overview::lookAtRuns(fake.world(), plain(), "/home/ada/.local/state/sotctl", seen);
  CHECK(lineOf(seen, "run").outcome == Outcome::unknown);
}
