#include "lib/schema/live.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>

#include "lib/adapters/disk.hpp"
#include "lib/schema/diff.hpp"
#include "lib/schema/dumped.hpp"
#include "tests/catch.hpp"
#include "tests/integration/backup/site.hpp"

using backup_tests::Site;
using Catch::Matchers::Contains;
using schema::Class;
using schema::Comparison;
using schema::Schema;

namespace {

Schema live(Site& site) {
  const auto session = site.database().admin(site.database().name());
  return schema::liveSchema(*session, site.database().name(), true);
}

/// pg_dump's own text of the schema.
std::string dumped(Site& site, const std::string& file) {
  site.program("pg_dump", {"--schema-only", "-d", site.database().name(), "-f", file});
  return file;
}

std::string shown(const Comparison& comparison, Class kind) {
  std::string all;
  for (const auto& one : comparison.differences) {
    if (one.kind == kind) all += one.inWords() + "\n";
  }
  return all;
}

/// A folder that the server's account may write to.
struct Folder {
  Folder() { std::filesystem::permissions(folder.path(), std::filesystem::perms::all); }
  support::TemporaryFolder folder;
};

}  // namespace

TEST_CASE("a live database and its dump have the same schema") {
  if (!support::PrivatePostgres::available()) return;
  Site site("schema_same");
  site.sql(backup_tests::kSampleSchema);
  const Schema one = live(site);
  CHECK(one.count("table") > 5);
  Folder folder;
  const Schema other =
      schema::dumpedSchema(site.world().files, dumped(site, folder.folder / "schema.sql"));
  const Comparison text = schema::compare(one, other);
  CHECK(shown(text, Class::real) == "");
  const Schema set = schema::dumpedSchema(site.world().files, site.makeSet());
  CHECK(shown(schema::compare(one, set), Class::real) == "");
}

TEST_CASE("a real NetBox schema is the same live and dumped") {
  const auto file =
      std::filesystem::path(SOTCTL_SOURCE_FOLDER).parent_path() / "shared/netbox/schema-3.2.9.sql";
  const auto other = std::filesystem::path(SOTCTL_SOURCE_FOLDER).parent_path().parent_path() /
                     "shared/netbox/schema-3.2.9.sql";
  const auto path = std::filesystem::exists(file) ? file : other;
  if (!support::PrivatePostgres::available() || !std::filesystem::exists(path)) {
    std::cout << "SKIP a real NetBox schema is the same live and dumped: ../shared is not beside "
                 "the checkout\n";
    return;
  }
  Site site("schema_netbox");
  const auto source = site.world().files.open(path.string());
  site.program("psql", {"-q", "-d", "schema_netbox"}, source.get());
  const auto before = std::chrono::steady_clock::now();
  const Schema a = live(site);
  const Schema b = live(site);
  const Comparison same = schema::compare(a, b);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - before;
  CHECK(same.differences.empty());
  CHECK(taken.count() < 60);  // below 1 s on a machine that does nothing else
  std::cout << "schema diff of two NetBox databases: " << taken.count() << " s\n";
  const Comparison dump =
      schema::compare(a, schema::dumpedSchema(site.world().files, path.string()));
  CHECK(shown(dump, Class::real) == "");
  site.sql(
      "ALTER TABLE dcim_site ALTER COLUMN name TYPE text;"
      "DROP INDEX dcim_site_name_8fe66c76_like;"
      "INSERT INTO django_content_type VALUES (1000, 'a', 'b')");
  const Schema changed = live(site);
  CHECK_THAT(shown(schema::compare(a, changed), Class::real),
             Contains("column name of public.dcim_site: type is \"text\"") &&
                 Contains("index dcim_site_name_8fe66c76_like of public.dcim_site: missing"));
  REQUIRE(sequencesBehind(changed).size() == 1);
  CHECK_THAT(sequencesBehind(changed)[0], Contains("goes up to 1000"));
}

TEST_CASE("a sequence that was told its next value is behind only if that one is taken") {
  if (!support::PrivatePostgres::available()) return;
  Site site("schema_sequences");
  site.sql(
      "CREATE TABLE t (id bigserial PRIMARY KEY); INSERT INTO t VALUES (24);"
      "CREATE TABLE empty (id integer GENERATED ALWAYS AS IDENTITY)");
  const auto behind = [&] { return sequencesBehind(live(site)); };
  REQUIRE(behind().size() == 1);
  CHECK(behind()[0] == "public.t_id_seq stands at 0, and public.t.id goes up to 24");
  site.sql("SELECT setval('t_id_seq', 24, false)");
  CHECK(behind().size() == 1);
  site.sql("SELECT setval('t_id_seq', 25, false)");
  CHECK(behind().empty());
  site.sql("SELECT setval('t_id_seq', 24)");
  CHECK(behind().empty());
  site.sql("ALTER SEQUENCE t_id_seq INCREMENT BY 10; SELECT setval('t_id_seq', 20)");
  CHECK(behind().empty());
}

TEST_CASE("the proposed statements make one schema as the other, and rights are told on demand") {
  if (!support::PrivatePostgres::available()) return;
  Site site("schema_proposal");
  site.sql(R"(
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE site (id bigserial PRIMARY KEY, name varchar(100) NOT NULL UNIQUE, mood mood,
  number integer GENERATED BY DEFAULT AS IDENTITY, size numeric(8,2) DEFAULT 1.5 CHECK (size > 0));
CREATE TABLE rack (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id bigint REFERENCES site DEFERRABLE INITIALLY DEFERRED, note text DEFAULT 'x''y' NOT NULL);
CREATE INDEX site_name_like ON site (name varchar_pattern_ops);
CREATE INDEX rack_note ON rack (lower(note)) WHERE note <> '';
CREATE VIEW sizes AS SELECT name, size FROM site;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.note = 'x'; RETURN NEW; END$$;
CREATE TRIGGER touched BEFORE UPDATE ON rack FOR EACH ROW EXECUTE FUNCTION touch();
CREATE EXTENSION pg_trgm;
)");
  const Schema expected = live(site);
  site.sql(R"(
DROP VIEW sizes;
DROP TABLE rack;
DROP FUNCTION touch;
DROP EXTENSION pg_trgm;
DROP INDEX site_name_like;
ALTER TABLE site DROP COLUMN mood;
DROP TYPE mood;
ALTER TABLE site ALTER COLUMN name DROP NOT NULL, ALTER COLUMN size TYPE numeric(9,2),
  ALTER COLUMN size DROP DEFAULT, ALTER COLUMN number DROP IDENTITY;
ALTER TABLE site DROP CONSTRAINT site_size_check,
  ADD CONSTRAINT site_size_check CHECK (size > 0) NOT VALID;
ALTER TABLE site ADD COLUMN more text;
CREATE TABLE extra (id int);
)");
  const Comparison before = schema::compare(expected, live(site));
  CHECK_THAT(shown(before, Class::real),
             Contains("table public.rack: missing") && Contains("type public.mood: missing") &&
                 Contains("column more of public.site: extra") &&
                 Contains("constraint site_size_check of public.site: validated is \"no\"") &&
                 Contains("extension pg_trgm: missing") && Contains("view public.sizes: missing"));
  for (const auto& one : before.differences) {
    INFO(one.inWords() + ": " + one.sql);
    if (one.kind == Class::real && !one.sql.empty()) REQUIRE_NOTHROW(site.sql(one.sql));
  }
  CHECK(shown(schema::compare(expected, live(site)), Class::real) == "");

  site.sql("GRANT SELECT, UPDATE ON site TO PUBLIC");
  CHECK_THAT(shown(schema::compare(expected, live(site)), Class::real),
             Contains("public may select update"));
  const auto session = site.database().admin(site.database().name());
  const Schema without = schema::liveSchema(*session, site.database().name(), false);
  CHECK(schema::compare(without, without).not_compared.empty());
  CHECK(schema::compare(expected, without).not_compared == std::vector<std::string>{"rights"});
}
