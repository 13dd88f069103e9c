#include "lib/backup/verify.hpp"

#include "tests/catch.hpp"
#include "tests/unit/backup/sample_set.hpp"

namespace {

const std::string kId = "20261121T030012Z-4f1c";
const std::string kFolder = "/var/backups/sotctl/netbox/" + kId;

struct Bench {
  Bench() { sample::putSet(fakes, kFolder, kId); }
  backup::Verification verify() {
    core::NoProgress progress;
    return backup::verifySet(fakes.world(), backup::lookAt(fakes.world(), kFolder), 1, progress);
  }
  /// The one damage.
  std::string damage() {
    const auto result = verify();
    REQUIRE(result.damages.size() == 1);
    return result.damages[0].inWords();
  }
  fakes::FakeWorld fakes;
};

}  // namespace

TEST_CASE("a whole set is good") {
  Bench bench;
  const auto result = bench.verify();
  CHECK(result.good());
  CHECK(result.files == 4);
  CHECK(result.tables == 1);
  CHECK(result.rows == 3);
}

TEST_CASE("a changed byte of a file without structure is found by its digest") {
  Bench bench;
  bench.fakes.files.put(kFolder + "/roles.sql", "CREATE ROLE netbux;\n");
  CHECK_THAT(bench.damage(), Catch::Matchers::StartsWith("roles.sql: expected SHA-256"));
}

TEST_CASE("a manifest that counts other rows than the dump holds is found") {
  Bench bench;
  sample::changeManifest(bench.fakes, kFolder,
                         [](backup::Manifest& m) { m.database.tables[0].rows = 4; });
  CHECK(bench.damage() ==
        "dump/3456.dat.gz (table public.dcim_site): expected 4 rows, found 3 rows");
}

TEST_CASE("a manifest whose digest is not that of the dump's rows is found") {
  Bench bench;
  sample::changeManifest(bench.fakes, kFolder,
                         [](backup::Manifest& m) { m.database.tables[0].digest = "00"; });
  CHECK_THAT(bench.damage(), Catch::Matchers::StartsWith(
                                 "dump/3456.dat.gz (table public.dcim_site): expected content 00"));
  sample::changeManifest(bench.fakes, kFolder,
                         [](backup::Manifest& m) { m.database.digests = "of an earlier kind"; });
  CHECK(bench.verify().good());
}

TEST_CASE("a table that could not be read is not missed in the dump") {
  Bench bench;
  sample::changeManifest(bench.fakes, kFolder, [](backup::Manifest& m) {
    m.database.tables.push_back({"public", "unlogged", {}, {}, "a standby has no rows of it", 1});
  });
  CHECK(bench.verify().good());
}

TEST_CASE("a table that was measured and not dumped is found") {
  Bench bench;
  sample::changeManifest(bench.fakes, kFolder, [](backup::Manifest& m) {
    m.database.tables.push_back({"public", "lost", 7, "1", "", 1});
  });
  CHECK(bench.damage() == "table public.lost: expected its rows in the dump, found none");
}

TEST_CASE("a sequence's value in the dump must be the manifest's") {
  Bench bench;
  sample::changeManifest(bench.fakes, kFolder,
                         [](backup::Manifest& m) { m.database.sequences[0].last_value = 23; });
  CHECK(bench.damage() == "sequence public.dcim_site_id_seq: expected 23, found 24");
}

TEST_CASE("a missing member is told once, with its table") {
  Bench bench;
  bench.fakes.files.remove(kFolder + "/dump/3456.dat.gz");
  CHECK(bench.damage() ==
        "dump/3456.dat.gz (table public.dcim_site): expected a file that the table of contents "
        "names, found not there");
}

TEST_CASE("the manifest of another set is found") {
  Bench bench;
  sample::changeManifest(bench.fakes, kFolder,
                         [](backup::Manifest& m) { m.set = "20260101T000000Z-0000"; });
  CHECK_THAT(bench.damage(), Catch::Matchers::Contains("that of set 20260101T000000Z-0000"));
}

TEST_CASE("a manifest of a later version is neither good nor damaged") {
  Bench bench;
  bench.fakes.files.put(kFolder + "/manifest.json", "{\"format\": 2}");
  const auto result = bench.verify();
  CHECK(result.damages.empty());
  CHECK_FALSE(result.good());
  CHECK(result.error().kind() == core::Kind::undetermined);
}

TEST_CASE("a file that may not be read is an error of rights, not damage") {
  Bench bench;
  bench.fakes.files.actAs(1000);
  CHECK_THROWS_AS(bench.verify(), core::Error);
}
