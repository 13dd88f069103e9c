#include <thread>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/since.hpp"
#include "tests/catch.hpp"
#include "tests/integration/restore/house.hpp"

using backup_tests::Site;
using Catch::Matchers::Contains;
using restore_tests::House;

namespace {

core::Kind kindOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const core::Error& error) {
    UNSCOPED_INFO(error.what());
    return error.kind();
  }
  FAIL("nothing was thrown");
  return core::Kind::unexpected;
}

std::string answer(Site& site, const std::string& sql, const std::string& database = "postgres") {
  const ports::SqlRows rows = site.database().admin(database)->query(sql);
  return rows.empty() ? "" : rows.rows[0][0].value_or("");
}

/// A site with the sample database, and set 1 of it.
std::unique_ptr<Site> siteWithSet(const std::string& name) {
  auto site = std::make_unique<Site>(name);
  site->sql(backup_tests::kSampleSchema);
  site->makeSet(1);
  return site;
}

const char* const kSet = "20261121T030001Z-abcd";
const char* const kDamage = "DELETE FROM extras_objectchange; UPDATE dcim_site SET code = 'bad'";
const char* const kBad = "SELECT count(*) FROM dcim_site WHERE code = 'bad'";

}  // namespace

TEST_CASE("a restore brings the set back, undo the damage, redo the set again") {
  const auto site = siteWithSet("swap_me");
  House house(*site);
  CHECK(house.assess(kSet).comparison.equal());
  site->sql(kDamage);
  const std::string live = answer(*site, "SELECT oid FROM pg_database WHERE datname = 'swap_me'");
  const restore::Assessment before = house.assess(kSet);
  CHECK_FALSE(before.alreadySo());
  CHECK(before.comparison.differences.size() == 2);

  const step::Run run = house.restore(kSet);
  CHECK(run.outcome == step::RunOutcome::done);
  CHECK(answer(*site, kBad, "swap_me") == "0");
  CHECK(house.assess(kSet).comparison.equal());
  const restore::Names names = restore::namesFor("swap_me", run.plan.id);
  CHECK(answer(*site, "SELECT oid FROM pg_database WHERE datname = '" + names.kept + "'") == live);

  const step::Run undo = house.engine().run(house.engine().undoPlan(run), "", "");
  CHECK(answer(*site, kBad, "swap_me") == "60");
  CHECK(answer(*site, "SELECT oid FROM pg_database WHERE datname = 'swap_me'") == live);
  house.engine().run(house.engine().undoPlan(undo), "", "");
  CHECK(answer(*site, kBad, "swap_me") == "0");
}

TEST_CASE("after a restore the transaction of the swap tells what was written since") {
  const auto site = siteWithSet("swap_me");
  House house(*site);
  site->sql(kDamage);
  const step::Run run = house.restore(kSet);
  const restore::SwappedIn swapped{kSet, run.started,
                                   run.results.at("swap_transaction").get<std::int64_t>()};
  const restore::Environment environment{site->world(), site->instance()};
  core::NoProgress progress;
  CHECK(restore::inWords(restore::writtenSince(environment, swapped, progress)) ==
        "Nothing was written since it was put in (no row is missing or of a later transaction).\n");
  site->sql("UPDATE dcim_site SET status = status WHERE id < 3");
  const auto written = restore::writtenSince(environment, swapped, progress);
  CHECK(written.determined);
  CHECK_THAT(
      restore::inWords(written),
      Catch::Matchers::Contains(
          "table public.dcim_site: 60 rows when it was put in, now 60 rows, 2 written since"));
  CHECK(restore::toJson(written).at("told_by") == "transactions");
}

TEST_CASE("what belongs to the database and is in no dump is carried over") {
  const auto site = siteWithSet("dressed");
  site->sql(
      "DO $$ BEGIN CREATE ROLE \"odd role\"; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
      "postgres");
  for (const char* statement :
       {"ALTER DATABASE dressed SET search_path = \"$user\", public, \"odd, schema\"",
        "ALTER DATABASE dressed SET my_app.level = 'it''s 5'",
        "ALTER ROLE \"odd role\" IN DATABASE dressed SET work_mem = '8MB'",
        "REVOKE CONNECT ON DATABASE dressed FROM PUBLIC",
        "GRANT CONNECT ON DATABASE dressed TO \"odd role\" WITH GRANT OPTION",
        "ALTER DATABASE dressed WITH CONNECTION LIMIT 17",
        "COMMENT ON DATABASE dressed IS 'don''t touch'"}) {
    site->sql(statement, "postgres");
  }
  site->sql(kDamage);
  const char* const all =
      "SELECT array_to_string(array_agg(s.setting ORDER BY s.setting), ';') || '|' || "
      "d.datconnlimit || '|' || shobj_description(d.oid, 'pg_database') || '|' || "
      "d.datacl::text FROM pg_database d JOIN pg_db_role_setting r ON r.setdatabase = d.oid, "
      "unnest(r.setconfig) AS s(setting) WHERE d.datname = 'dressed' "
      "AND s.setting NOT LIKE 'sotctl%' GROUP BY d.oid, d.datconnlimit, d.datacl::text";
  const std::string before = answer(*site, all);
  REQUIRE(before.find("odd, schema") != std::string::npos);
  House house(*site);
  house.restore(kSet);
  CHECK(answer(*site, all) == before);
}

TEST_CASE("a session that will not end stops the restore, and everything is as it was") {
  const auto site = siteWithSet("stubborn");
  site->sql(kDamage);
  const auto session = site->database().admin("stubborn");
  const std::string pid = session->query("SELECT pg_backend_pid()::text AS pid").text(0, "pid");
  const auto signal = [&](const char* name) {
    ports::Command command;
    command.argv = {"kill", name, pid};
    return site->world().shell.run(command).ok();
  };
  REQUIRE(signal("-STOP"));
  House house(*site);
  // It comes back to life after the limit, which begins when the copy is proven: a stopped backend
  // holds up every DROP DATABASE of the server, and so the way back.
  const char* const proven =
      "SELECT count(*) FROM pg_database d JOIN pg_db_role_setting r ON r.setdatabase = d.oid "
      "CROSS JOIN unnest(r.setconfig) AS s "
      "WHERE d.datname LIKE 'stubborn_restored_%' AND s LIKE '% state=proven'";
  std::thread later([&] {
    for (int tries = 0; tries < 600 && answer(*site, proven) == "0"; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    std::this_thread::sleep_for(std::chrono::seconds(13));
    signal("-CONT");
  });
  CHECK(kindOf([&] { house.restore(kSet); }) == core::Kind::timed_out);
  later.join();
  CHECK(answer(*site, kBad, "stubborn") == "60");
  CHECK(answer(*site, "SELECT count(*) FROM pg_database WHERE datname LIKE 'stubborn_%'") == "0");
  CHECK_FALSE(house.store().marker("site"));
}

TEST_CASE("two operators can't restore at once") {
  const auto site = siteWithSet("two_at_once");
  site->sql(kDamage);
  House here(*site);
  const step::LockScope scope{"site", "two_at_once", [&](const std::string& label) {
                                auto session = site->database().admin();
                                session->query("SELECT set_config('application_name', $1, false)",
                                               {label});
                                return session;
                              }};

  SECTION("on one host") {
    const step::Hold held(here.world(), here.store(), scope, "20261121T000000Z-0000");
    House other(*site, here.state());
    CHECK(kindOf([&] { other.restore(kSet); }) == core::Kind::locked);
  }
  SECTION("from two hosts, through the server") {
    House elsewhere(*site);
    const step::Hold held(elsewhere.world(), elsewhere.store(), scope, "20261121T000000Z-0000");
    try {
      here.restore(kSet);
      FAIL("was let in");
    } catch (const core::Error& error) {
      CHECK(error.kind() == core::Kind::locked);
      CHECK(std::string(error.what()).find("20261121T000000Z-0000 ada") != std::string::npos);
    }
  }
  CHECK(answer(*site, kBad, "two_at_once") == "60");
}

TEST_CASE("a database that was dropped comes back, and there is nothing to undo it to") {
  const auto site = siteWithSet("dropped");
  site->sql("DROP DATABASE dropped WITH (FORCE)", "postgres");
  House house(*site);
  const step::Run run = house.restore(kSet);
  CHECK(run.outcome == step::RunOutcome::done);
  CHECK(house.assess(kSet).comparison.equal());
  CHECK(kindOf([&] { house.engine().undoPlan(run); }) == core::Kind::refused);
}

TEST_CASE("an undo is refused when somebody changed the databases meanwhile") {
  const auto site = siteWithSet("meddled");
  site->sql(kDamage);
  House house(*site);
  const step::Run run = house.restore(kSet);
  const std::string kept = restore::namesFor("meddled", run.plan.id).kept;
  const step::Plan undo = house.engine().undoPlan(run);

  SECTION("the kept one was dropped") { site->sql("DROP DATABASE " + kept, "postgres"); }
  SECTION("another one has its name") {
    site->sql("DROP DATABASE " + kept, "postgres");
    site->sql("CREATE DATABASE " + kept, "postgres");
  }
  CHECK(kindOf([&] { house.engine().run(undo, "", ""); }) == core::Kind::refused);
  CHECK(answer(*site, kBad, "meddled") == "0");
  site->sql("DROP DATABASE IF EXISTS " + kept, "postgres");
}

TEST_CASE("what does not end with its session is named with its end before anything is stopped") {
  struct InTheWay {
    const char* begin;
    const char* end;
    const char* found;
    const char* cure;
  };
  const std::vector<InTheWay> all{
      {"BEGIN; UPDATE dcim_site SET code = 'x' WHERE id = 1; PREPARE TRANSACTION 'in the way'",
       "ROLLBACK PREPARED 'in the way'", "prepared transaction in the way",
       "ROLLBACK PREPARED 'in the way'"},
      {"SELECT pg_create_logical_replication_slot('reader', 'pgoutput')",
       "SELECT pg_drop_replication_slot('reader')", "logical replication slot reader",
       "SELECT pg_drop_replication_slot('reader')"},
      {"CREATE SUBSCRIPTION other CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false)",
       "ALTER SUBSCRIPTION other DISABLE; ALTER SUBSCRIPTION other SET (slot_name = NONE); "
       "DROP SUBSCRIPTION other",
       "subscription other", "ALTER SUBSCRIPTION other DISABLE"}};
  const auto site = siteWithSet("in_the_way");
  site->sql(kDamage);
  House house(*site);
  for (const InTheWay& each : all) {
    const auto session = site->database().admin("in_the_way");
    for (const std::string& statement : core::split(each.begin, ';')) session->execute(statement);
    if (each.found == std::string("subscription other")) {
      site->sql("ALTER SUBSCRIPTION other ENABLE");
    }
    try {
      house.restore(kSet);
      FAIL("nothing was in the way");
    } catch (const core::Error& error) {
      CHECK(error.kind() == core::Kind::refused);
      CHECK_THAT(error.what() + (" | " + error.hint()),
                 Contains(each.found) && Contains(each.cure));
    }
    for (const std::string& statement : core::split(each.end, ';')) site->sql(statement);
  }
  CHECK(answer(*site, kBad, "in_the_way") == "60");
  CHECK(answer(*site, "SELECT count(*) FROM pg_database WHERE datname LIKE 'in_the_way_%'") == "0");
}

TEST_CASE("a set that is damaged or gone when its run goes on is an error, not a crash") {
  const auto site = siteWithSet("vanished");
  site->sql(kDamage);
  House house(*site);
  const step::Plan plan = house.plan(kSet);
  const std::string folder = site->request(1).finalFolder();

  SECTION("its manifest is damaged") {
    site->world().files.replace(folder + "/manifest.json", "{}", 0600);
    CHECK(kindOf([&] { house.engine().run(plan, "", ""); }) == core::Kind::corrupt);
  }
  SECTION("it is gone") {
    site->world().files.removeTree(folder);
    CHECK(kindOf([&] { house.engine().run(plan, "", ""); }) == core::Kind::not_found);
  }
  CHECK(answer(*site, kBad, "vanished") == "60");
  CHECK(answer(*site, "SELECT count(*) FROM pg_database WHERE datname LIKE 'vanished_%'") == "0");
}

TEST_CASE("a journal can't name a database of somebody's to load into") {
  const auto site = siteWithSet("victim");
  House house(*site);
  step::Plan plan = house.plan(kSet);
  plan.steps.front().arguments["database"] = "victim";
  CHECK(kindOf([&] { house.engine().run(plan, "", ""); }) == core::Kind::refused);
  CHECK(answer(*site, "SELECT count(*) FROM dcim_site", "victim") == "60");
}
