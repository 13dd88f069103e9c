#include "lib/database/compare.hpp"

#include "lib/core/json.hpp"
#include "tests/catch.hpp"
#include "tests/unit/database/sample_facts.hpp"

namespace {

/// The one difference after a change.
std::string difference(const database::Facts& changed) {
  const auto result = database::compare(sample::facts(), changed);
  REQUIRE(result.differences.size() == 1);
  return result.differences[0].inWords();
}

}  // namespace

TEST_CASE("facts survive being written and read") {
  const core::Json json = database::toJson(sample::facts());
  const database::Facts again = database::factsFromJson(core::Json::parse(json.dump()));
  CHECK(database::toJson(again) == json);
  CHECK(again.taken == sample::facts().taken);
  CHECK(again.identity == sample::facts().identity);
  CHECK_FALSE(again.tables[1].digest);
}

TEST_CASE("facts of the wrong shape are refused") {
  core::Json json = database::toJson(sample::facts());
  json["tables"][0]["rows"] = "many";
  CHECK_THROWS_AS(database::factsFromJson(json), core::Json::exception);
  json = database::toJson(sample::facts());
  json["taken"] = "yesterday";
  CHECK_THROWS_AS(database::factsFromJson(json), core::Json::exception);
  CHECK_THROWS_AS(database::factsFromJson(core::Json::object()), core::Json::exception);
}

TEST_CASE("equal facts have no differences, and say what was not compared") {
  const auto result = database::compare(sample::facts(), sample::facts());
  CHECK(result.equal());
  CHECK_FALSE(result.proven());
  REQUIRE(result.undetermined.size() == 1);
  CHECK(result.undetermined[0] == "content of table public.odd: the session was lost");
}

TEST_CASE("each difference is told with its object, what was expected and what was found") {
  database::Facts changed = sample::facts();
  changed.tables[0].rows = 23;
  CHECK(difference(changed) == "table public.dcim_site: expected 24 rows, found 23 rows");
  changed = sample::facts();
  changed.tables[0].digest = "9";
  CHECK(difference(changed) == "table public.dcim_site: expected content 123456, found content 9");
  changed = sample::facts();
  changed.tables.erase(changed.tables.begin());
  CHECK(difference(changed) == "table public.dcim_site: expected 24 rows, found not there");
  changed = sample::facts();
  changed.tables.push_back({"public", "extra", 1, "1", "", 1});
  CHECK(difference(changed) == "table public.extra: expected not there, found 1 row");
  changed = sample::facts();
  changed.sequences[0].is_called = false;
  CHECK(difference(changed) ==
        "sequence public.dcim_site_id_seq: expected 24, found 24 (not used yet)");
  changed = sample::facts();
  changed.extensions[0].version = "1.1";
  CHECK(difference(changed) ==
        "extension plpgsql: expected 1.0 in schema pg_catalog, found 1.1 in schema pg_catalog");
  changed = sample::facts();
  changed.schema["table public.dcim_site"] = "ffff";
  CHECK(difference(changed) ==
        "table public.dcim_site: expected definition 00112233aabbccdd, found definition ffff");
  changed = sample::facts();
  changed.rights.clear();
  CHECK(difference(changed) == "table public.dcim_site: expected owner netbox, found not there");
  changed = sample::facts();
  changed.settings.encoding = "LATIN1";
  CHECK(difference(changed) == "encoding of the database: expected UTF8, found LATIN1");
  changed = sample::facts();
  changed.large_objects = 2;
  CHECK(difference(changed) == "large objects: expected 0, found 2");
  changed = sample::facts();
  changed.migrations->heads["dcim"] = "0154";
  CHECK(difference(changed) ==
        "migrations of dcim: expected 0153_created_datetimefield, found 0154");
}

TEST_CASE("what could not be read is neither equal nor different") {
  database::Facts changed = sample::facts();
  changed.tables[0].rows.reset();
  changed.tables[0].digest.reset();
  changed.tables[0].unknown = "no right to read it";
  changed.sequences[0].last_value.reset();
  changed.large_objects.reset();
  const auto result = database::compare(sample::facts(), changed);
  CHECK(result.equal());
  CHECK(result.undetermined.size() == 4);
}

TEST_CASE("digests that were made in another way are not compared") {
  database::Facts changed = sample::facts();
  changed.digests = "kind 2";
  changed.tables[0].digest = "9";
  const auto result = database::compare(sample::facts(), changed);
  CHECK(result.equal());
  CHECK(result.undetermined.size() == 2);
}

TEST_CASE("digests of columns in another order are not compared, those of other columns are") {
  database::Facts changed = sample::facts();
  changed.tables[0].digest = "9";
  changed.tables[0].columns = {"name", "id"};
  const auto result = database::compare(sample::facts(), changed);
  CHECK(result.equal());
  CHECK(result.undetermined.size() == 2);
  changed.tables[0].columns = {"id", "other"};
  CHECK(difference(changed) == "table public.dcim_site: expected content 123456, found content 9");
}
