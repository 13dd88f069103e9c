// A live database, sanitized through a copy on its own server.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "lib/database/throw_away.hpp"
#include "tests/catch.hpp"
#include "tests/integration/sanitize/ground.hpp"

using sanitize_tests::Answer;
using sanitize_tests::Ground;
using sanitize_tests::Seeded;

namespace {

constexpr const char* kOurs =
    "SELECT datname FROM pg_database WHERE datname LIKE 'sotctl\\_throwaway\\_%' ORDER BY 1;";

Seeded& seeded() {
  static Seeded the("sanitize_live", Seeded::ownData());
  return the;
}

/// The instance whose server the tests' own is.
void configure() {
  Seeded& from = seeded();
  const support::PrivatePostgres& server = backup_tests::Site::server();
  const std::string login = fmt::format(
      "{{ host = \"{}\", port = {}, user = \"postgres\"{} }}", server.socketFolder(), server.port(),
      server.account().empty() ? "" : fmt::format(", os_user = \"{}\"", server.account()));
  from.ground().write(
      "sotctl.toml",
      fmt::format(
          "format = 1\nstate = \"{}\"\n[instance.site]\nproduct = \"netbox\"\nenvironment = "
          "\"development\"\n[instance.site.database]\nname = \"sanitize_live\"\ntools = "
          "\"{}\"\nadmin = {}\napplication = {}\n",
          from.ground().path("state"), server.programs(), login, login));
}

std::vector<std::string> rows(const std::string& dump) {
  std::vector<std::string> all;
  for (const std::string& line : core::split(dump, '\n')) {
    if (!line.starts_with("--") && line.find("restrict ") == std::string::npos) all.push_back(line);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("a live database gives the rows that its dump gives", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  configure();
  Ground& ground = seeded().ground();
  REQUIRE(ground.dump("in.sql", "stream.sql").status == 0);
  const Answer done = ground.sotctl({"sanitize", "database", "--from", "sanitize_live", "--to",
                                     "live.sql", "--key-file", "key", "-q"});
  INFO(done.err);
  REQUIRE(done.status == 0);
  CHECK(rows(ground.read("live.sql")) == rows(ground.read("stream.sql")));
  CHECK_THROWS(ground.program({"grep", "-q", "-i", "-F", "-f", "values.txt", "live.sql"}));
  CHECK(seeded().ask(kOurs).empty());

  const Answer packed = ground.sotctl({"sanitize", "database", "--to", "live.sql.gz", "--key-file",
                                       "key", "-q", "-o", "json", "--report", "live.json"});
  INFO(packed.err);
  REQUIRE(packed.status == 0);
  ground.program(
      {"sh", "-c",
       "gzip -dc live.sql.gz >unpacked.sql && printf '%s  live.sql.gz\\n' \"$(sed -n "
       "'/\"output\"/,/sha256/s/.*\"sha256\": \"\\(.*\\)\".*/\\1/p' live.json)\" | sha256sum -c"});
  CHECK(rows(ground.read("unpacked.sql")) == rows(ground.read("stream.sql")));
}

TEST_CASE("a dry run of a live database makes nothing", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  configure();
  Ground& ground = seeded().ground();
  const std::vector<std::string> before = ground.names();
  const Answer dry = ground.sotctl({"-n", "sanitize", "database", "--to", "dry.sql"});
  INFO(dry.err);
  CHECK(dry.status == 0);
  CHECK(dry.out.find("would treat") != std::string::npos);
  CHECK(ground.names() == before);
  CHECK(seeded().ask(kOurs).empty());
}

TEST_CASE("a live database with a leak, and one that is not there, leave nothing", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  configure();
  Ground& ground = seeded().ground();
  ground.write("leak.toml", "[table.dcim_device]\nserial = \"keep\"\n");
  const Answer leak = ground.sotctl(
      {"sanitize", "database", "--to", "leak.sql", "--key-file", "key", "--rules", "leak.toml"});
  CHECK(leak.status == 10);
  CHECK(leak.err.find("[table.dcim_device]\n") != std::string::npos);
  CHECK_FALSE(ground.has("leak.sql"));
  CHECK(seeded().ask(kOurs).empty());
  CHECK(ground.sotctl({"sanitize", "database", "--from", "nowhere", "--to", "x.sql"}).status == 4);
  CHECK_FALSE(ground.has("x.sql"));
}

TEST_CASE("a forgotten database is dropped, one in use and one of somebody else are not",
          "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  database::Database& server = seeded().site().database();
  seeded().ask("CREATE DATABASE sotctl_throwaway_00000000000a;");
  seeded().ask("CREATE DATABASE sotctl_throwaway_precious;");
  seeded().ask(
      "CREATE DATABASE sotctl_throwaway_00000000000b;"
      "COMMENT ON DATABASE sotctl_throwaway_00000000000b IS 'mine';");
  {
    database::ThrowAwayDatabase one(server, "sanitize_live");
    database::ThrowAwayDatabase other(server, "sanitize_live");
    CHECK(seeded().ask(kOurs).find(one.name()) != std::string::npos);
    CHECK(seeded().ask(kOurs).find(other.name()) != std::string::npos);
    CHECK(
        seeded().ask("SELECT datcollate FROM pg_database WHERE datname = '" + one.name() + "';") ==
        seeded().ask("SELECT datcollate FROM pg_database WHERE datname = 'sanitize_live';"));
  }
  CHECK(seeded().ask(kOurs) == "sotctl_throwaway_00000000000b\nsotctl_throwaway_precious\n");
  seeded().ask("DROP DATABASE sotctl_throwaway_precious;");
  seeded().ask("DROP DATABASE sotctl_throwaway_00000000000b;");
}

TEST_CASE("a live database is told by coverage, scan and dump as well", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  configure();
  Ground& ground = seeded().ground();
  const Answer coverage = ground.sotctl({"sanitize", "coverage", "database:sanitize_live"});
  INFO(coverage.err);
  CHECK(coverage.status == 0);
  CHECK(coverage.out.find("dcim_device.serial") != std::string::npos);
  REQUIRE(ground.dump("database:sanitize_live", "named.sql").status == 0);
  const Answer scan = ground.sotctl(
      {"sanitize", "scan", "--original", "database:sanitize_live", "--sanitized", "named.sql"});
  INFO(scan.err);
  CHECK(scan.status == 0);
  const Answer same = ground.sotctl(
      {"sanitize", "scan", "--original", "in.sql", "--sanitized", "database:sanitize_live"});
  CHECK(same.status == 10);
}
