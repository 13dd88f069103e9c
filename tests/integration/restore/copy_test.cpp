#include <sys/stat.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/needs.hpp"
#include "lib/restore/outbound.hpp"
#include "lib/restore/role_password.hpp"
#include "lib/restore/sound.hpp"
#include "tests/catch.hpp"
#include "tests/integration/restore/house.hpp"

using backup_tests::Site;
using Catch::Matchers::Contains;
using restore_tests::House;

namespace {

const char* const kSet = "20261121T030001Z-abcd";

std::string answer(Site& site, const std::string& sql, const std::string& database) {
  const ports::SqlRows rows = site.database().admin(database)->query(sql);
  return rows.empty() ? "" : rows.rows[0][0].value_or("");
}

core::CheckResult find(const std::vector<core::CheckResult>& results, const std::string& id) {
  const auto found =
      std::find_if(results.begin(), results.end(), [&](const auto& each) { return each.id == id; });
  REQUIRE(found != results.end());
  return *found;
}

const char* const kOutbound = R"SQL(
CREATE TABLE extras_webhook (id bigserial PRIMARY KEY, name text, enabled boolean NOT NULL);
INSERT INTO extras_webhook (name, enabled) VALUES ('chat', true), ('old', false);
CREATE TABLE extras_eventrule (id bigserial PRIMARY KEY, name text, enabled boolean NOT NULL);
INSERT INTO extras_eventrule (name, enabled) VALUES ('rule', true);
CREATE TABLE core_job (id bigserial PRIMARY KEY, name text, status varchar(30));
INSERT INTO core_job (name, status) VALUES ('nightly', 'scheduled'), ('done', 'completed');
CREATE TABLE extras_gitrepository (id bigserial PRIMARY KEY, name text, remote_url varchar(255));
INSERT INTO extras_gitrepository (name, remote_url) VALUES ('jobs', 'https://git.example/jobs');
CREATE TABLE extras_jobhook (id bigserial PRIMARY KEY, enabled text);
INSERT INTO extras_jobhook (enabled) VALUES ('not the column that is meant');
)SQL";

}  // namespace

TEST_CASE("a copy that is not production does not reach out, and still counts as the set") {
  Site site("reaches_out");
  site.sql(backup_tests::kSampleSchema);
  site.sql(kOutbound);
  site.makeSet(1);
  site.sql("UPDATE dcim_site SET code = 'bad'");
  House house(site);

  SECTION("on what is not production") {
    const step::Run run = house.restore(kSet);
    CHECK(run.results.at("switched_off").size() == 4);
    CHECK(answer(site, "SELECT count(*) FROM extras_webhook WHERE enabled", "reaches_out") == "0");
    CHECK(answer(site, "SELECT remote_url FROM extras_gitrepository", "reaches_out") ==
          "off+https://git.example/jobs");
    CHECK(answer(site, "SELECT string_agg(status, ',' ORDER BY id) FROM core_job", "reaches_out") ==
          "failed,completed");
    const restore::Assessment after = house.assess(kSet);
    CHECK(after.comparison.equal());
    CHECK(after.switched_off.size() == 4);
    // What somebody changes later is damage again.
    site.sql("UPDATE extras_webhook SET name = 'other' WHERE name = 'old'");
    CHECK(house.assess(kSet).comparison.differences.size() == 1);
  }
  SECTION("on production, and where it is wished for, they stay on") {
    const bool production = GENERATE(true, false);
    if (production) site.instance().environment = config::Environment::production;
    step::Plan plan = house.plan(kSet);
    plan.steps = restore::restoreSteps(site.instance(), kSet, plan.id, house.assess(kSet).target,
                                       {.keep_outbound = true, .private_folder = {}});
    house.engine().run(plan, "", "");
    CHECK(answer(site, "SELECT count(*) FROM extras_webhook WHERE enabled", "reaches_out") == "1");
  }
}

TEST_CASE("the application's role gets the configured password, and back what it had") {
  Site site("passwords");
  site.sql("DROP ROLE IF EXISTS app_role; CREATE ROLE app_role LOGIN PASSWORD 'another one'",
           "postgres");
  support::TemporaryFolder folder;
  const std::string secret = folder / "secret";
  site.world().files.replace(secret, "s3cret 'quoted\" \\\n", 0600);
  config::DatabaseLogin& login = site.instance().database.application;
  login = {"127.0.0.1",
           Site::server().port(),
           "app_role",
           {config::PasswordReference::From::file, secret},
           ""};
  const core::Json arguments{{"role", "app_role"}, {"file", folder / "kept"}};
  const restore::Environment environment{site.world(), site.instance()};
  core::NoProgress progress;
  const std::string before =
      answer(site, "SELECT rolpassword FROM pg_authid WHERE rolname = 'app_role'", "postgres");

  restore::RolePassword step(environment, arguments);
  REQUIRE(step.observe(nullptr).verdict == step::Verdict::needed);
  step.apply({}, progress);
  CHECK(step.observe(nullptr).verdict == step::Verdict::satisfied);
  CHECK(site.world().files.info(folder / "kept")->mode == 0600);

  restore::RolePasswordBack back(environment, arguments);
  REQUIRE(back.observe(nullptr).verdict == step::Verdict::needed);
  back.apply({}, progress);
  CHECK(back.observe(nullptr).verdict == step::Verdict::satisfied);
  CHECK(answer(site, "SELECT rolpassword FROM pg_authid WHERE rolname = 'app_role'", "postgres") ==
        before);

  core::Json other = arguments;
  other["role"] = "postgres";
  CHECK_THROWS_AS(restore::RolePassword(environment, other).apply({}, progress), core::Error);
  site.world().files.replace(folder / "kept", "x' SUPERUSER PASSWORD '", 0600);
  CHECK_THROWS_AS(back.apply({}, progress), core::Error);
  site.sql("DROP ROLE app_role", "postgres");
}

TEST_CASE("a load is bound to the server and the database that it was planned for") {
  Site site("bound");
  site.sql(backup_tests::kSampleSchema);
  site.makeSet(1);
  site.sql("UPDATE dcim_site SET code = 'bad'");
  House house(site);
  step::Plan plan = house.plan(kSet);
  SECTION("another server") { plan.steps.front().arguments["system"] = "4711"; }
  SECTION("another database of the same name") {
    site.sql("DROP DATABASE bound", "postgres");
    site.sql("CREATE DATABASE bound", "postgres");
  }
  try {
    house.engine().run(plan, "", "");
    FAIL("was carried out");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::refused);
  }
  CHECK(answer(site, "SELECT count(*) FROM pg_database WHERE datname LIKE 'bound\\_%'",
               "postgres") == "0");
}

TEST_CASE("a dump of all databases leaves out the one that a restore keeps") {
  Site site("dumped");
  site.sql(backup_tests::kSampleSchema);
  site.makeSet(1);
  site.sql("UPDATE dcim_site SET code = 'bad'");
  House house(site);
  const step::Run run = house.restore(kSet);
  const std::string kept = restore::namesFor("dumped", run.plan.id).kept;
  REQUIRE(answer(site, "SELECT count(*) FROM pg_database WHERE datname = '" + kept + "'",
                 "postgres") == "1");
  // Other tests' databases are in it, too: only the names matter here.
  ports::Command dump = site.database().tool("pg_dumpall", {"--schema-only"});
  dump.argv.insert(dump.argv.begin(), {"sh", "-c", "\"$@\" | grep '^.connect'", "sh"});
  const ports::Outcome all = site.world().shell.run(dump);
  REQUIRE(all.ok());
  CHECK_THAT(all.out, Contains("\\connect dumped") && !Contains(kept));
}

TEST_CASE("slots and receivers of the log are seen before a load") {
  Site site("replicated");
  const auto needs = [&] {
    return restore::checkNeeds({site.world(), site.instance()}, 50'000'000);
  };
  CHECK(find(needs(), "restore.standbys").outcome == core::Outcome::pass);
  CHECK(find(needs(), "restore.room").outcome == core::Outcome::pass);
  site.sql("SELECT pg_create_physical_replication_slot('left_behind', true)", "postgres");
  const core::CheckResult slots = find(needs(), "restore.slots");
  site.sql("SELECT pg_drop_replication_slot('left_behind')", "postgres");
  CHECK(slots.outcome == core::Outcome::warn);
  CHECK_THAT(slots.found, Contains("left_behind is not in use"));

  support::TemporaryFolder folder;
  chmod(folder.path().c_str(), 0777);
  ports::Command receive =
      site.database().tool("pg_receivewal", {"-D", folder.path(), "--no-loop"});
  const auto process = site.world().shell.start(receive, nullptr, nullptr);
  core::CheckResult standbys;
  for (int i = 0; i < 100 && standbys.outcome != core::Outcome::warn; ++i) {
    standbys = find(needs(), "restore.standbys");
    site.world().clock.sleep(std::chrono::milliseconds(50));
  }
  CHECK(standbys.outcome == core::Outcome::warn);
  CHECK_THAT(standbys.found, Contains("pg_receivewal") && Contains("has no slot"));
}

TEST_CASE("a database that can't be worked with is noticed after the swap") {
  Site site("unsound");
  site.sql("DROP ROLE IF EXISTS app_role; CREATE ROLE app_role LOGIN", "postgres");
  site.sql(backup_tests::kSampleSchema);
  site.instance().database.application.user = "app_role";
  const auto look = [&] {
    return restore::checkSound({site.world(), site.instance()}, std::nullopt);
  };
  CHECK(find(look(), "restore.sequences").outcome == core::Outcome::pass);
  site.sql("SELECT setval('dcim_site_id_seq', 59)");
  const core::CheckResult behind = find(look(), "restore.sequences");
  CHECK(behind.outcome == core::Outcome::fail);
  CHECK_THAT(behind.found, Contains("public.dcim_site.id gets 60 next and has 60"));

  const core::CheckResult owners = find(look(), "restore.owners");
  CHECK(owners.outcome == core::Outcome::fail);
  CHECK_THAT(owners.found, Contains("role app_role may not use"));
  site.sql(
      "GRANT ALL ON ALL TABLES IN SCHEMA public TO app_role; "
      "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app_role");
  CHECK(find(look(), "restore.owners").outcome == core::Outcome::pass);
  site.sql(
      "DROP OWNED BY app_role; UPDATE pg_collation SET collversion = '1.2.3' "
      "WHERE collname = 'natural_sort'");
  CHECK(find(look(), "restore.collations").outcome == core::Outcome::warn);
  site.sql("DROP ROLE app_role", "postgres");
}

TEST_CASE("a login that can't create what the set needs is named before anything is done") {
  Site site("unable");
  site.sql("DROP ROLE IF EXISTS weak; CREATE ROLE weak LOGIN PASSWORD 'weak'", "postgres");
  site.sql(backup_tests::kSampleSchema);
  site.sql("CREATE EXTENSION file_fdw");
  site.makeSet(1);
  site.sql("UPDATE dcim_site SET code = 'bad'");
  support::TemporaryFolder folder;
  site.world().files.replace(folder / "secret", "weak\n", 0600);
  House house(site);
  step::Plan plan = house.plan(kSet);
  plan.steps.front().arguments.erase("system");  // which only a superuser's session tells
  const config::DatabaseLogin mighty = site.instance().database.admin;
  site.instance().database.admin = {"127.0.0.1",
                                    Site::server().port(),
                                    "weak",
                                    {config::PasswordReference::From::file, folder / "secret"},
                                    ""};
  const auto refusal = [&] {
    try {
      house.engine().run(plan, "", "");
    } catch (const core::Error& error) {
      CHECK(error.kind() == core::Kind::refused);
      return std::string(error.what()) + " " + error.hint();
    }
    return std::string("not refused");
  };
  CHECK_THAT(refusal(), Contains("role weak may not create databases") && Contains("CREATEDB"));
  const config::DatabaseLogin weak = site.instance().database.admin;
  site.instance().database.admin = mighty;
  site.sql("ALTER ROLE weak CREATEDB", "postgres");
  site.instance().database.admin = weak;
  CHECK_THAT(refusal(), Contains("only a superuser may create extension file_fdw"));
  site.instance().database.admin = mighty;
  site.sql("DROP ROLE weak", "postgres");
  CHECK(answer(site, "SELECT count(*) FROM pg_database WHERE datname LIKE 'unable\\_%'",
               "postgres") == "0");
}
