#include "lib/migrations/applied.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"
#include "tests/unit/migrations/sample_code.hpp"

using Catch::Matchers::Contains;
using migrations::Applied;

namespace {

std::string rowsOf(const std::string& text, const std::string& path = "/x/file") {
  fakes::FakeWorld world;
  world.files.put(path, text);
  try {
    std::vector<migrations::Key> keys;
    for (const auto& row : migrations::appliedInFile(world.files, path).rows)
      keys.push_back(row.key);
    return words(keys);
  } catch (const core::Error& error) {
    return std::string(core::kindName(error.kind())) + ": " + error.what();
  }
}

}  // namespace

TEST_CASE("rows come from a plain dump, whatever stands before them") {
  const std::string dump =
      "SET x = 1;\n"
      "COPY public.other (id, text) FROM stdin;\n"
      "1\tCOPY public.django_migrations (id) FROM stdin;\n"
      "\\.\n"
      "COPY public.django_migrations (name, id, applied, app) FROM stdin;\n"
      "0002_b\t2\t2020-01-01 00:00:00+00\tdcim\n"
      "0001_a\\\\b\t1\t2020-01-01 00:00:00+00\tdcim\n";
  CHECK(rowsOf(dump + "\\.\n\nrubbish\n") == "dcim.0001_a\\b dcim.0002_b");
  CHECK(rowsOf("--\n-- PostgreSQL database dump\n--\n\n\\restrict k3y\n\n" + dump +
               "\\.\n\\unrestrict k3y\n") == "dcim.0001_a\\b dcim.0002_b");
  CHECK(rowsOf(dump) == "corrupt: /x/file ends within the rows of django_migrations; it was cut");
  CHECK_THAT(rowsOf(dump + "7\n\\.\n"), Contains("/x/file:8 is no row of django_migrations"));
  CHECK(rowsOf("SET x = 1;\nINSERT INTO public.other VALUES (1, 'it''s');\n"
               "INSERT INTO public.django_migrations VALUES (1, 'dcim', '0001_a''b', '2020');\n") ==
        "dcim.0001_a'b");
}

TEST_CASE("rows come from lines between tabs and from plain names") {
  CHECK(rowsOf("id\tapp\tname\n2\tdcim\t0002_b\n1\tdcim\t0001_a\n") == "dcim.0001_a dcim.0002_b");
  CHECK(rowsOf("dcim\t0001_a\r\ndcim\t0002_b\t2020-01-01\r\n") == "dcim.0001_a dcim.0002_b");
  CHECK(rowsOf("# applied\ndcim.0001_a\n") == "dcim.0001_a");
  CHECK_THAT(rowsOf("what is this\n"), Contains("/x/file:1: \"what is this\" is no row"));
}

TEST_CASE("what has no rows says so") {
  CHECK(rowsOf("SET x = 1;\n") == "not_found: file /x/file has no table django_migrations");
  CHECK(rowsOf("PGDMP\x01\x0e") == "undetermined: /x/file is an archive in custom format");
  CHECK_THAT(rowsOf("x", "/x/file.zst"), Contains("undetermined"));
  fakes::FakeWorld world;
  CHECK_THROWS_WITH(migrations::appliedInFile(world.files, "/none"), "/none does not exist");
}

TEST_CASE("a database gives its rows, an empty one has none, a foreign one is told") {
  fakes::FakeWorld world;
  auto& database = world.sql.database("netbox");
  auto session = world.sql.connect({.database = "netbox"});
  database.on("to_regclass").gives({"there", "tables"}, {{"t", "t"}});
  database.on("FROM django_migrations")
      .gives({"id", "app", "name", "applied"}, {{"7", "dcim", "0001_a", "2020-01-01"}});
  const Applied applied = migrations::appliedInDatabase(*session, "netbox");
  REQUIRE(applied.rows.size() == 1);
  CHECK(applied.rows[0].id == 7);
  CHECK(applied.rows[0].when == "2020-01-01");
  database.on("to_regclass").gives({"there", "tables"}, {{"f", "f"}});
  CHECK(migrations::appliedInDatabase(*session, "netbox").rows.empty());
  database.on("to_regclass").gives({"there", "tables"}, {{"f", "t"}});
  CHECK_THROWS_WITH(migrations::appliedInDatabase(*session, "netbox"),
                    "database netbox has no table django_migrations");
}
