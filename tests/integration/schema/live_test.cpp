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
