#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "lib/backup/steps.hpp"
#include "lib/backup/verify.hpp"
#include "lib/core/json.hpp"
#include "lib/database/compare.hpp"
#include "lib/database/measure.hpp"
#include "tests/catch.hpp"
#include "tests/integration/backup/site.hpp"

using backup_tests::kSampleSchema;
using backup_tests::Site;
namespace fs = std::filesystem;

namespace {

backup::Verification verified(Site& site, const std::string& folder) {
  core::NoProgress progress;
  return backup::verifySet(site.world(), backup::lookAt(site.world(), folder), 2, progress);
}

std::string words(const backup::Verification& verification) {
  std::string text;
  for (const auto& damage : verification.damages) text += damage.inWords() + "\n";
  return text;
}

/// The member that holds the change log, the biggest file of the dump.
std::string biggestMember(const std::string& folder) {
  fs::path biggest;
  for (const auto& entry : fs::directory_iterator(folder + "/dump")) {
    if (!entry.path().string().ends_with(".gz")) continue;
    if (biggest.empty() || entry.file_size() > fs::file_size(biggest)) biggest = entry.path();
  }
  return biggest.string();
}

void flipBit(const std::string& path, std::uint64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}

/// A copy of a set that a test may damage.
std::string copyOf(const std::string& folder) {
  const std::string copy = folder + "-copy";
  fs::remove_all(copy);
  fs::copy(folder, copy, fs::copy_options::recursive);
  return copy;
}

}  // namespace

TEST_CASE("a new set is listed, private, and verifies") {
  Site site("backed up = yes");  // an awkward name: libpq takes such a word for settings
  site.sql(kSampleSchema);
  const std::string folder = site.makeSet();
  backup::Store store(site.world(), site.instance());
  const auto sets = store.list();
  REQUIRE(sets.size() == 1);
  CHECK(sets[0].good());
  CHECK(sets[0].manifest->database.table("public", "extras_objectchange")->rows == 5000);
  CHECK(store.unfinished().empty());
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    INFO(entry.path());
    CHECK((fs::status(entry).permissions() & fs::perms(0077)) == fs::perms::none);
  }
  CHECK((fs::status(folder).permissions() & fs::perms(0077)) == fs::perms::none);
  const auto result = verified(site, folder);
  CHECK(words(result).empty());
  CHECK(result.good());
  CHECK(result.tables == sets[0].manifest->database.tables.size());
}

TEST_CASE("a set's roles have no passwords") {
  Site site("backed_up");
  site.sql("DROP ROLE IF EXISTS keeper; CREATE ROLE keeper LOGIN PASSWORD 'hunter2'");
  const std::string roles = site.world().files.read(site.makeSet() + "/roles.sql");
  CHECK_THAT(roles, Catch::Matchers::Contains("CREATE ROLE keeper"));
  CHECK_THAT(roles, !Catch::Matchers::Contains("SCRAM"));
  CHECK_THAT(roles, !Catch::Matchers::Contains("hunter2"));
  site.sql("DROP ROLE keeper");
}

TEST_CASE("damage of each kind is found, and its file is named") {
  Site site("backed_up");
  site.sql(kSampleSchema);
  const std::string good = site.makeSet();
  const std::string member = fs::path(biggestMember(good)).filename();
  const auto damaged = [&](const char* what, const auto& damage) {
    INFO(what);
    const std::string copy = copyOf(good);
    damage(copy);
    const auto result = verified(site, copy);
    REQUIRE_FALSE(result.damages.empty());
    CHECK(result.error().kind() == core::Kind::corrupt);
    return words(result);
  };
  for (const double place : {0.0, 0.3, 0.999}) {
    CHECK_THAT(damaged("bit",
                       [&](const std::string& copy) {
                         const std::string path = copy + "/dump/" + member;
                         flipBit(path, static_cast<std::uint64_t>(
                                           static_cast<double>(fs::file_size(path)) * place));
                       }),
               Catch::Matchers::Contains(member));
  }
  CHECK_THAT(
      damaged("cut",
              [&](const std::string& copy) { fs::resize_file(copy + "/dump/" + member, 1000); }),
      Catch::Matchers::Contains(member) && Catch::Matchers::Contains("cut short"));
  CHECK_THAT(
      damaged("missing", [&](const std::string& copy) { fs::remove(copy + "/dump/" + member); }),
      Catch::Matchers::Contains(member) && Catch::Matchers::Contains("not there"));
  CHECK_THAT(damaged("extra",
                     [&](const std::string& copy) { std::ofstream(copy + "/dump/9.dat") << "x"; }),
             Catch::Matchers::Contains("9.dat"));
  CHECK_THAT(damaged("link",
                     [&](const std::string& copy) {
                       fs::remove(copy + "/roles.sql");
                       fs::create_symlink("/etc/passwd", copy + "/roles.sql");
                     }),
             Catch::Matchers::Contains("roles.sql"));
  CHECK_THAT(damaged("toc", [&](const std::string& copy) { flipBit(copy + "/dump/toc.dat", 300); }),
             Catch::Matchers::Contains("toc.dat"));
  CHECK_THAT(damaged("roles", [&](const std::string& copy) { flipBit(copy + "/roles.sql", 3); }),
             Catch::Matchers::Contains("roles.sql"));
  CHECK_THAT(
      damaged("manifest", [&](const std::string& copy) { flipBit(copy + "/manifest.json", 200); }),
      Catch::Matchers::Contains("manifest.json"));
  CHECK_THAT(
      damaged("no manifest", [&](const std::string& copy) { fs::remove(copy + "/manifest.json"); }),
      Catch::Matchers::Contains("manifest.json"));
}

TEST_CASE("broken sets are listed with what is wrong with them, and are not the newest") {
  Site site("backed_up");
  site.sql(kSampleSchema);
  const std::string first = site.makeSet(1);
  const std::string second = site.makeSet(2);
  fs::remove(second + "/roles.sql");
  fs::create_directories(site.request(3).finalFolder());
  backup::Store store(site.world(), site.instance());
  const auto sets = store.list();
  REQUIRE(sets.size() == 3);
  CHECK(store.find("20261121T030003").broken == "manifest.json is missing");
  CHECK(store.find("20261121T030002").broken == "roles.sql is missing");
  CHECK(store.newest().folder == first);
  CHECK_THROWS_AS(store.find("2026"), core::Error);
  CHECK_THROWS_AS(store.find(""), core::Error);
}

TEST_CASE("a dump that lacks a row is no set: the server counted in the same snapshot") {
  Site site("backed_up");
  site.sql("CREATE TABLE witness AS SELECT n FROM generate_series(1, 3) n");
  // A pg_dump that forgets the first row of the table.
  const support::TemporaryFolder folder;
  chmod(folder.path().c_str(), 0755);
  const std::string real = site.instance().database.tools;
  for (const char* name : {"pg_dumpall", "pg_restore"}) {
    fs::create_symlink(real + "/" + name, folder / name);
  }
  std::ofstream(folder / "pg_dump") << "#!/bin/sh\n"
                                    << real << "/pg_dump \"$@\" || exit\n"
                                    << "for each; do case $each in --file=*) cd \"${each#*=}\" && "
                                       "sed -i 1d [0-9]*.dat;; esac; done\n";
  chmod((folder / "pg_dump").c_str(), 0755);
  site.instance().database.tools = folder.path();
  try {
    site.makeSet();
    FAIL("a set was made");
  } catch (const core::Error& error) {
    CHECK_THAT(error.what(), Catch::Matchers::Contains("the dump is not what the database held"));
    CHECK_THAT(error.what(),
               Catch::Matchers::Contains("3 rows") && Catch::Matchers::Contains("2 rows"));
  }
}

TEST_CASE("a set is listed only when it is published, and removed as a whole") {
  Site site("backed_up");
  core::NoProgress progress;
  step::Registry registry;
  backup::registerSteps(registry, site.world(), site.instance());
  const auto specs = backup::createSteps(site.request());
  const auto written = registry.make(specs[0]);
  const auto published = registry.make(specs[1]);
  backup::Store store(site.world(), site.instance());
  // What a run that was killed in the middle leaves behind.
  fs::create_directories(site.request().stagingFolder() + "/dump");
  std::ofstream(site.request().stagingFolder() + "/dump/1.dat.gz") << "half";
  CHECK(written->observe(nullptr).verdict == step::Verdict::needed);
  CHECK(store.list().empty());
  CHECK(store.unfinished().size() == 1);
  written->apply({}, progress);
  CHECK(written->observe(nullptr).verdict == step::Verdict::satisfied);
  CHECK(published->observe(nullptr).verdict == step::Verdict::needed);
  CHECK(store.list().empty());
  published->apply({}, progress);
  CHECK(published->observe(nullptr).verdict == step::Verdict::satisfied);
  CHECK(written->observe(nullptr).verdict == step::Verdict::satisfied);
  CHECK(store.list().size() == 1);
  CHECK(written->compensation({}, step::Purpose::undo).way == step::Compensation::Way::nothing);
  const auto removed = registry.make(published->compensation({}, step::Purpose::abort).spec);
  CHECK(removed->observe(nullptr).verdict == step::Verdict::needed);
  removed->apply({}, progress);
  CHECK(removed->observe(nullptr).verdict == step::Verdict::satisfied);
  CHECK(store.list().empty());
  CHECK(store.unfinished().empty());
}

TEST_CASE("a journal can't name a folder that is no set's") {
  Site site("backed_up");
  step::Registry registry;
  backup::registerSteps(registry, site.world(), site.instance());
  for (const char* set : {"../../etc", "", "."}) {
    backup::Request request = site.request();
    request.set = set;
    CHECK_THROWS_AS(registry.make({"backup.removed", backup::toJson(request), {}}), core::Error);
  }
}

TEST_CASE("writing meanwhile does not disturb a set") {
  Site site("backed_up");
  site.sql(kSampleSchema);
  std::atomic<bool> stop{false};
  std::atomic<int> written{0};
  std::thread writer([&] {
    const auto session = site.database().admin("backed_up");
    while (!stop) {
      session->execute(
          "INSERT INTO extras_objectchange (note) SELECT md5(i::text) "
          "FROM generate_series(1, 50) i");
      session->execute("DELETE FROM extras_objectchange WHERE id % 7 = 0");
      session->execute("UPDATE dcim_site SET weight = weight + 1");
      ++written;
    }
  });
  while (written == 0) std::this_thread::yield();
  const std::string folder = site.makeSet();
  stop = true;
  writer.join();
  CHECK(verified(site, folder).good());
  const auto set = backup::lookAt(site.world(), folder);
  const std::string copy = site.restore(folder + "/dump");
  core::NoProgress progress;
  const auto comparison = database::compare(set.manifest->database,
                                            database::measure(site.database(), copy, 2, progress));
  for (const auto& difference : comparison.differences) INFO(difference.inWords());
  CHECK(comparison.equal());
}

TEST_CASE("members are packed while they grow, small ones are left as they are") {
  Site site("backed_up");
  site.sql(
      "CREATE TABLE tiny AS SELECT 1 AS i;"
      "CREATE TABLE big AS SELECT i, repeat(md5(i::text), 30) AS pad "
      "FROM generate_series(1, 100000) i;"  // 97 MB of text
      "SELECT lo_from_bytea(0, decode(repeat('00ff', 100000), 'hex'))");
  const std::string folder = site.makeSet();
  std::size_t packed = 0;
  std::size_t plain = 0;
  for (const auto& entry : fs::directory_iterator(folder + "/dump")) {
    ++(entry.path().string().ends_with(".gz") ? packed : plain);
  }
  CHECK(packed == 2);  // a table and the large object
  CHECK(plain == 3);   // the other table, the table of contents, the list of large objects
  CHECK(verified(site, folder).good());
  CHECK(verified(site, folder).rows == 100001);
  const std::string copy = site.restore(folder + "/dump");
  const auto set = backup::lookAt(site.world(), folder);
  core::NoProgress progress;
  CHECK(database::compare(set.manifest->database,
                          database::measure(site.database(), copy, 2, progress))
            .proven());
}

TEST_CASE("a dump that the server cuts short leaves nothing that looks like a set") {
  Site site("backed_up");
  site.sql(
      "CREATE TABLE slow AS SELECT i, repeat(md5(i::text), 30) AS pad "
      "FROM generate_series(1, 200000) i");
  std::atomic<bool> stop{false};
  std::thread killer([&] {
    const auto session = site.database().admin("postgres");
    while (!stop) {
      session->execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
          "WHERE application_name = 'sotctl pg_dump'");
    }
  });
  core::NoProgress progress;
  std::string message;
  try {
    backup::writeSet(site.database(), site.request(), progress);
  } catch (const core::Error& error) {
    message = error.what();
  }
  stop = true;
  killer.join();
  CHECK_THAT(message, Catch::Matchers::Contains("pg_dump of database backed_up failed"));
  CHECK_FALSE(fs::exists(site.request().stagingFolder() + "/manifest.json"));
  backup::Store store(site.world(), site.instance());
  CHECK(store.list().empty());
  CHECK_THROWS_AS(store.newest(), core::Error);
}

TEST_CASE("a table that the login may not read is named, and there is no set") {
  Site site("backed_up");
  site.sql("CREATE TABLE hidden (a integer); DROP ROLE IF EXISTS looker; CREATE ROLE looker LOGIN");
  site.instance().database.admin.user = "looker";
  core::NoProgress progress;
  try {
    backup::writeSet(site.database(), site.request(), progress);
    FAIL("a set was made");
  } catch (const core::Error& error) {
    CHECK_THAT(error.what(), Catch::Matchers::Contains("hidden"));
  }
  site.instance().database.admin.user = "postgres";
  site.sql("DROP ROLE looker");
}

TEST_CASE("a folder that pg_dump's account can't enter is refused by name") {
  if (Site::server().account().empty()) return;  // pg_dump runs as we do
  Site site("backed_up");
  const std::string closed = site.instance().backup.folder + "-closed";
  fs::create_directories(closed);
  fs::permissions(closed, fs::perms::owner_all);
  backup::Request request = site.request();
  request.folder = closed + "/site";
  core::NoProgress progress;
  try {
    backup::writeSet(site.database(), request, progress);
    FAIL("a set was made");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::refused);
    CHECK_THAT(error.what(), Catch::Matchers::Contains(closed));
  }
}

TEST_CASE("too little room is told before anything is written") {
  Site site("backed_up");
  step::Registry registry;
  // A file system whose size nobody has: /proc tells that it has no room.
  backup::Request request = site.request();
  request.folder = "/proc/sotctl/site";
  backup::registerSteps(registry, site.world(), site.instance());
  const auto seen = registry.make(backup::createSteps(request)[0])->observe(nullptr);
  CHECK(seen.verdict == step::Verdict::blocked);
  CHECK_THAT(seen.check.found, Catch::Matchers::Contains("needed"));
}

TEST_CASE("dumps that pg_dump made by itself are decoded, whatever their packing") {
  Site site("backed_up");
  site.sql(kSampleSchema);
  core::NoProgress progress;
  for (const char* packing : {"--compress=0", "--compress=9"}) {
    const std::string folder = site.instance().backup.folder + packing;
    fs::create_directories(folder);
    if (!Site::server().account().empty()) {
      site.world().files.setOwner(folder, Site::server().account());
    }
    site.program("pg_dump", {"-Fd", packing, "-f", folder, "-d", "backed_up"});
    auto result = backup::verifyDump(site.world(), folder, 2, progress);
    CHECK(words(result).empty());
    CHECK(result.rows > 5000);
    fs::remove(folder + "/blobs.toc");
    result = backup::verifyDump(site.world(), folder, 2, progress);
    CHECK_THAT(words(result), Catch::Matchers::Contains("blobs.toc"));
  }
}
