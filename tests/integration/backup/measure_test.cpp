#include "lib/database/measure.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "lib/core/json.hpp"
#include "lib/database/compare.hpp"
#include "lib/dump/copy.hpp"
#include "lib/ports/guard.hpp"
#include "tests/catch.hpp"
#include "tests/integration/backup/site.hpp"

using backup_tests::kSampleSchema;
using backup_tests::Site;

namespace {

database::Facts measured(Site& site, const std::string& name = {}) {
  core::NoProgress progress;
  return database::measure(site.database(), name.empty() ? site.instance().database.name : name, 2,
                           progress);
}

std::string words(const database::Comparison& comparison) {
  std::string text;
  for (const auto& difference : comparison.differences) text += difference.inWords() + "\n";
  return text;
}

}  // namespace

TEST_CASE("a database and its restored dump have equal facts") {
  Site site("measured");
  site.sql(kSampleSchema);
  const auto facts = measured(site);
  const std::string copy = site.restore(site.makeSet() + "/dump");
  const auto comparison = database::compare(facts, measured(site, copy));
  CHECK(words(comparison).empty());
  CHECK(comparison.proven());
}

TEST_CASE("a set's rows and digests, read from its dump, are those that the server gives") {
  Site site("measured");
  site.sql(kSampleSchema);
  // Whatever the login's habits are.
  site.sql(
      "ALTER DATABASE measured SET bytea_output = escape;"
      "ALTER DATABASE measured SET timezone = 'Asia/Kathmandu';"
      "ALTER DATABASE measured SET datestyle = 'SQL, DMY';"
      "ALTER DATABASE measured SET intervalstyle = 'iso_8601';"
      "ALTER DATABASE measured SET quote_all_identifiers = on;"
      "ALTER DATABASE measured SET extra_float_digits = 0;"
      "CREATE TABLE forms AS SELECT '\\x00ff'::bytea AS b, now() AS t, '1 day 2 hours'::interval "
      "AS i,"
      " pi() AS p, current_date AS d, 'pg_class'::regclass AS r, '{}'::xml AS x;"
      "CREATE TABLE only_made (a integer GENERATED ALWAYS AS (1) STORED);"
      "INSERT INTO only_made DEFAULT VALUES");
  const auto set = backup::lookAt(site.world(), site.makeSet());
  REQUIRE(set.good());
  const auto live = measured(site);
  CHECK(core::Json(database::toJson(live)).at("tables") ==
        core::Json(database::toJson(set.manifest->database)).at("tables"));
  CHECK(live.table("public", "only_made")->rows == 1);
}

TEST_CASE("a restored heir is compared although its columns come in another order") {
  Site site("measured");
  site.sql(
      "CREATE TABLE elder (a integer); CREATE TABLE young (c text) INHERITS (elder);"
      "ALTER TABLE elder ADD b text;"  // the heir has a, c, b; its copy will have a, b, c
      "INSERT INTO young VALUES (1, 'c', 'b')");
  const std::string folder = site.makeSet();
  const auto set = backup::lookAt(site.world(), folder);
  const std::string copy = site.restore(folder + "/dump");
  const auto& wanted = set.manifest->database;
  CHECK(wanted.table("public", "young")->columns !=
        measured(site, copy).table("public", "young")->columns);
  core::NoProgress progress;
  const auto found = database::measure(site.database(), copy, 2, progress, &wanted);
  CHECK(wanted.table("public", "young")->digest == found.table("public", "young")->digest);
}

TEST_CASE("facts say what is in a database") {
  Site site("measured");
  site.sql(kSampleSchema);
  const auto facts = measured(site);
  REQUIRE(facts.table("public", "extras_objectchange") != nullptr);
  CHECK(facts.table("public", "extras_objectchange")->rows == 5000);
  CHECK(facts.table("public", "nothing")->rows == 1);
  CHECK(facts.table("public", "parent")->rows == 1);  // not its heir's
  CHECK(facts.table("public", "parted") == nullptr);  // its leaves are there
  CHECK(facts.table("public", "parted_a")->rows == 60);
  CHECK(facts.table("public", "Odd \"Name")->rows == 3);
  CHECK(facts.large_objects == 1);
  REQUIRE(facts.migrations);
  CHECK(facts.migrations->count == 3);
  CHECK(facts.migrations->heads.at("dcim") == "0002_more");
  CHECK(facts.settings.owner == "postgres");
  CHECK(facts.collations.contains("public.natural_sort"));
  CHECK_FALSE(facts.identity.system.empty());
  CHECK(database::toJson(database::factsFromJson(database::toJson(facts))) ==
        database::toJson(facts));
}

TEST_CASE("every change of a value is noticed") {
  Site site("measured");
  site.sql(kSampleSchema);
  const char* changes[] = {
      "UPDATE dcim_site SET code = ' c1' WHERE id = 1",
      "UPDATE dcim_site SET latitude = 1.000001 WHERE id = 7",
      "UPDATE extras_objectchange SET note = '' WHERE note IS NULL AND id = 3",
      "UPDATE extras_objectchange SET prechange_data = '{\"name\": 1}' WHERE id = 4999",
      "DELETE FROM extras_objectchange WHERE id = 17",
      "INSERT INTO \"Odd \"\"Name\" VALUES ('x', 1)",
      // One row away and another one twice: the number of rows is the same.
      "DELETE FROM heir; INSERT INTO heir VALUES (2, 'c', 'h')",
      "UPDATE dcim_site SET weight = weight + 1e-13 WHERE id = 3",
      "UPDATE extras_objectchange a SET address = b.address FROM extras_objectchange b "
      "WHERE a.id + b.id = 21 AND a.id IN (10, 11)",
      "SELECT lo_put(oid, 3, 'x') FROM pg_largeobject_metadata",
      "SELECT nextval('dcim_site_id_seq')",
  };
  for (const char* change : changes) {
    INFO(change);
    const auto earlier = measured(site);
    site.sql(change);
    const auto comparison = database::compare(earlier, measured(site));
    CHECK(comparison.differences.size() == 1);
  }
}

TEST_CASE("every change of a definition is noticed, with its object") {
  Site site("measured");
  site.sql(kSampleSchema);
  const std::pair<const char*, const char*> changes[] = {
      {"ALTER TABLE dcim_site ALTER code TYPE char(6)", "table public.dcim_site"},
      {"ALTER TABLE dcim_site ALTER created DROP DEFAULT", "table public.dcim_site"},
      {"ALTER TABLE dcim_site ADD CHECK (id > 0)", "table public.dcim_site"},
      {"DROP INDEX site_names", "table public.dcim_site"},
      {"ALTER TABLE dcim_site DISABLE TRIGGER stamped", "table public.dcim_site"},
      {"CREATE OR REPLACE VIEW active_sites AS SELECT id, name FROM dcim_site WHERE id > 1",
       "view public.active_sites"},
      {"ALTER TYPE mood ADD VALUE 'angry'", "type public.mood"},
      {"ALTER SEQUENCE dcim_site_id_seq INCREMENT 2", "sequence public.dcim_site_id_seq"},
      {"CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS "
       "$$ BEGIN RETURN OLD; END $$",
       "function public.stamp()"},
      {"DROP POLICY own ON parent", "table public.parent"},
      {"REVOKE SELECT ON dcim_site FROM PUBLIC", "table public.dcim_site"},
      {"CREATE SCHEMA other", "schema other"},
      {"DROP EXTENSION pg_trgm CASCADE", "extension pg_trgm"},
  };
  for (const auto& [change, object] : changes) {
    INFO(change);
    const auto before = measured(site);
    site.sql(change);
    const auto comparison = database::compare(before, measured(site));
    REQUIRE_FALSE(comparison.equal());
    CHECK(comparison.differences[0].object == object);
  }
}

TEST_CASE("big tables are measured in parts with the same digest") {
  Site site("measured");
  site.sql(
      "CREATE TABLE big (id integer, pad text);"
      "ALTER TABLE big ALTER pad SET STORAGE PLAIN;"
      "INSERT INTO big SELECT i, repeat('x', 1500) || i FROM generate_series(1, 60000) i");
  const auto facts = measured(site);
  CHECK(facts.table("public", "big")->rows == 60000);
  dump::CopyRows whole("big", dump::CopyEnd::last_row);
  site.database().admin("measured")->copyOut("COPY big TO STDOUT", whole);
  CHECK(facts.table("public", "big")->digest == whole.sum().digest());
}

TEST_CASE("what a login may not read is unknown, by name") {
  Site site("measured");
  site.sql(kSampleSchema);
  site.sql(
      "DROP ROLE IF EXISTS looker; CREATE ROLE looker LOGIN;"
      "GRANT SELECT ON parent, extras_objectchange TO looker");
  site.instance().database.admin.user = "looker";
  const auto facts = measured(site);
  CHECK(facts.table("public", "extras_objectchange")->rows == 5000);
  CHECK_FALSE(facts.table("public", "heir")->rows);
  CHECK(facts.table("public", "heir")->unknown == "no right to read it");
  CHECK_FALSE(facts.table("public", "parent")->rows);
  CHECK_THAT(facts.table("public", "parent")->unknown, Catch::Matchers::Contains("row-level"));
  site.instance().database.admin.user = "postgres";
  site.sql("DROP OWNED BY looker; DROP ROLE looker");
}

TEST_CASE("a dry run may measure") {
  Site site("measured");
  site.sql("CREATE TABLE t AS SELECT 1 AS a");
  ports::DryWorld dry(site.world());
  database::Database database(dry.world(), site.instance());
  core::NoProgress progress;
  CHECK(database::measure(database, "measured", 2, progress).rows() == 1);
}

TEST_CASE("measuring stops when it is interrupted") {
  Site site("measured");
  site.sql("CREATE TABLE t AS SELECT 1 AS a");
  database::Snapshot snapshot(site.database(), "measured");
  site.cancellation().request();
  core::NoProgress progress;
  try {
    database::measure(site.database(), snapshot, 2, progress);
    FAIL("went on");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::interrupted);
  }
  site.cancellation().reset();
}

TEST_CASE("real NetBox databases have equal facts after dump and restore") {
  const std::string folder =
      std::filesystem::path(SOTCTL_SOURCE_FOLDER).parent_path().string() + "/shared/netbox/demo";
  for (const char* file : {"netbox-demo-v3.2.sql", "netbox-demo-v4.2.sql"}) {
    const std::string dump = fmt::format("{}/{}", folder, file);
    if (!std::filesystem::exists(dump)) {
      std::cout << "SKIP real NetBox databases have equal facts after dump and restore: " << file
                << " is not beside the checkout\n";
      continue;
    }
    INFO(file);
    Site site("demo");
    const auto source = site.world().files.open(dump);
    site.program("psql", {"-q", "-d", "demo"}, source.get());
    const auto facts = measured(site);
    CHECK(facts.tables.size() > 100);
    REQUIRE(facts.migrations);
    const std::string copy = site.restore(site.makeSet() + "/dump");
    const auto comparison = database::compare(facts, measured(site, copy));
    CHECK(words(comparison).empty());
    CHECK(comparison.proven());
  }
}
