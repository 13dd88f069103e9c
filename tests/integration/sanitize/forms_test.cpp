// Every form in which a dump may come and a copy may go, made by the real programs.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "lib/core/text.hpp"
#include "lib/dump/packed.hpp"
#include "tests/catch.hpp"
#include "tests/integration/sanitize/ground.hpp"

using sanitize_tests::Answer;
using sanitize_tests::Ground;
using sanitize_tests::Seeded;

namespace {

namespace fs = std::filesystem;

/// Standard input or output of this process is a file, for as long as this lives.
class Redirected {
 public:
  Redirected(int number, const std::string& path, int flags)
      : number_(number), saved_(dup(number)) {
    const int file = open(path.c_str(), flags | O_CLOEXEC, 0600);
    dup2(file, number);
    close(file);
  }
  ~Redirected() {
    dup2(saved_, number_);
    close(saved_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  int number_;
  int saved_;
};

Seeded& seeded() {
  static Seeded the("sanitize_forms", Seeded::ownData());
  return the;
}

/// Lines of a plain dump in an order of their own, without comments and \restrict, whose key is
/// another one in each dump.
std::vector<std::string> lines(const std::string& dump) {
  std::vector<std::string> all;
  for (const std::string& line : core::split(dump, '\n')) {
    if (!line.starts_with("--") && line.find("restrict ") == std::string::npos) all.push_back(line);
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// What the plain dump gives: all forms must give the same.
const std::vector<std::string>& expected() {
  static const std::vector<std::string> the = [] {
    const Answer done = seeded().ground().dump("in.sql", "plain.sql");
    INFO(done.err);
    REQUIRE(done.status == 0);
    return lines(seeded().ground().read("plain.sql"));
  }();
  return the;
}

void checkForm(const std::string& in) {
  INFO(in);
  Ground& ground = seeded().ground();
  fs::remove(ground.path("copy.sql"));
  const Answer done = ground.dump(in, "copy.sql");
  INFO(done.err);
  REQUIRE(done.status == 0);
  CHECK(lines(ground.read("copy.sql")) == expected());
}

std::string wholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string packed(dump::Compression how, const std::string& text) {
  std::string to;
  dump::pack(how, text, to);
  return to;
}

}  // namespace

TEST_CASE("archives of each format give the copy that the plain dump gives", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  seeded().dumpTo("custom.dump", {"-Fc"});
  seeded().dumpTo("tar.dump", {"-Ft"});
  checkForm("custom.dump");
  checkForm("tar.dump");
  fs::create_directory(ground.path("folders"));
  fs::permissions(ground.path("folders"), fs::perms(0777));
  seeded().site().program("pg_dump",
                          {"-Fd", "-f", ground.path("folders/d"), "-d", "sanitize_forms"});
  checkForm("folders/d");
  checkForm(seeded().site().makeSet());
}

TEST_CASE("packed dumps and standard input give the same copy", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  const std::string text = ground.read("in.sql");
  const std::size_t half = text.size() / 2;
  ground.write("one.sql.gz", packed(dump::Compression::gzip, text));
  ground.write("members.sql.gz", packed(dump::Compression::gzip, text.substr(0, half)) +
                                     packed(dump::Compression::gzip, text.substr(half)));
  ground.write("frames.sql.zst", packed(dump::Compression::zstd, text.substr(0, half)) +
                                     packed(dump::Compression::zstd, text.substr(half)));
  for (const char* in : {"one.sql.gz", "members.sql.gz", "frames.sql.zst"}) checkForm(in);
  const Redirected in(0, ground.path("members.sql.gz"), O_RDONLY);
  checkForm("-");
}

TEST_CASE("a copy is packed as its name says, and goes to standard output when it is clean",
          "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  REQUIRE(ground.dump("in.sql", "out.sql.gz").status == 0);
  ground.program({"sh", "-c", "gzip -dc out.sql.gz >from_gz.sql"});
  CHECK(lines(ground.read("from_gz.sql")) == expected());
  REQUIRE(ground.dump("in.sql", "out.sql.zst").status == 0);
  const auto file = seeded().site().world().files.open(ground.path("out.sql.zst"));
  core::StringSink plain;
  core::pump(*dump::unpackedByMagic(*file, "out.sql.zst"), plain);
  CHECK(lines(plain.text()) == expected());
  {
    const Redirected out(1, ground.path("from_stdout.sql"), O_WRONLY | O_CREAT);
    CHECK(ground.dump("in.sql", "-").status == 0);
  }
  CHECK(lines(ground.read("from_stdout.sql")) == expected());
  ground.write("leak.toml", "[table.dcim_device]\nserial = \"keep\"\n");
  {
    const Redirected out(1, ground.path("nothing.sql"), O_WRONLY | O_CREAT);
    CHECK(ground.dump("in.sql", "-", {"--rules", "leak.toml"}).status == 10);
  }
  CHECK(ground.read("nothing.sql").empty());
}

TEST_CASE("dumps with INSERT give a copy with the same rows", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  seeded().restore((expected(), "plain.sql"), "sanitize_forms_plain");
  seeded().dumpTo("of_plain.sql", {"--data-only"}, "sanitize_forms_plain");
  for (const std::string how : {"--inserts", "--column-inserts", "--rows-per-insert=7"}) {
    INFO(how);
    seeded().dumpTo("inserts.sql", {how});
    fs::remove(ground.path("copy.sql"));
    const Answer done = ground.dump("inserts.sql", "copy.sql");
    INFO(done.err);
    REQUIRE(done.status == 0);
    seeded().restore("copy.sql", "sanitize_forms_copy");
    seeded().dumpTo("of_copy.sql", {"--data-only"}, "sanitize_forms_copy");
    CHECK(lines(ground.read("of_copy.sql")) == lines(ground.read("of_plain.sql")));
  }
}

TEST_CASE("one database of a whole cluster's dump, and all of them", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  seeded().ask(
      "DROP ROLE IF EXISTS sanitize_role; CREATE ROLE sanitize_role LOGIN PASSWORD 'S3cr3tOfRole';"
      "ALTER ROLE sanitize_role SET app.token = 'T0kenOfRole99';");
  const auto command = seeded().site().database().tool(
      "pg_dumpall",
      {"--exclude-database=[^sp]*", "--exclude-database=s[^a]*", "--exclude-database=sandbox*",
       "--exclude-database=sanitize_[^f]*", "--exclude-database=sanitize_forms_*"});
  const auto sink = seeded().site().world().files.create(ground.path("all.sql"), 0600);
  REQUIRE(seeded().site().world().shell.start(command, nullptr, sink.get())->wait().ok());
  sink->finish();
  seeded().ask("DROP ROLE sanitize_role;");
  CHECK(ground.dump("all.sql", "one.sql", {"--database", "sanitize_forms"}).status == 0);
  CHECK(ground.read("one.sql").find("ROLE") == std::string::npos);
  CHECK(ground.dump("all.sql", "none.sql", {"--database", "nowhere"}).status == 4);
  const Answer whole = ground.dump("all.sql", "whole.sql", {"--unknown-columns", "empty"});
  INFO(whole.err);
  REQUIRE(whole.status == 0);
  const std::string text = ground.read("whole.sql");
  CHECK(text.find("SCRAM-SHA") == std::string::npos);
  CHECK(text.find("T0kenOfRole99") == std::string::npos);
  CHECK(text.find("\\connect sanitize_forms") != std::string::npos);
  CHECK_THROWS(ground.program({"grep", "-q", "-i", "-F", "-f", "values.txt", "whole.sql"}));
}

TEST_CASE("odd tables, names and texts restore from a copy", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  const auto own = [](const char* name) {
    return std::string(SOTCTL_SOURCE_FOLDER) + "/tests/support/" + name;
  };
  Seeded odd("sanitize_odd", {wholeFile(own("odd_tables.sql"))}, Seeded::Plant::nothing);
  odd.ground().program({"cp", own("odd_rules.toml"), "odd.toml"});
  const Answer done = odd.ground().dump("in.sql", "out.sql", {"--rules", "odd.toml"});
  INFO(done.err);
  REQUIRE(done.status == 0);
  CHECK(done.err.find("matches nothing") == std::string::npos);
  odd.restore("out.sql", "sanitize_odd_copy");
  const auto same = [&](const char* query) {
    INFO(query);
    const std::string was = odd.ask(query);
    CHECK(was == odd.ask(query, "sanitize_odd_copy"));
    CHECK_FALSE(was.empty());
  };
  same("SELECT * FROM one_column");
  same("SELECT count(*) FROM nothing");
  same("SELECT * FROM arr");
  same("SELECT v, j FROM dflt");
  same("SELECT shout(), atomic(1)");
  same("SELECT count(*), count(DISTINCT serial), min(x) FROM parted_a");
  same("SELECT \"a\"\"b\", \"select\" FROM \"My, \"\"Table\"\" (x)\" ORDER BY 2");
  same(
      "SELECT count(*) FROM dcim_device d JOIN \"My, \"\"Table\"\" (x)\" t ON t.\"Col, one\" = "
      "d.serial");
  same("SELECT count(*) FROM dcim_device d JOIN heir h ON h.b = d.serial");
  same("SELECT count(*) FROM parted WHERE upper_serial = upper(serial)");
  CHECK(odd.ask("SELECT count(*) FROM dcim_device WHERE serial LIKE 'SNODD%'",
                "sanitize_odd_copy") == "0\n");
  const auto restricted = [&](const char* file) {
    std::string found;
    for (const std::string& line : core::split(odd.ground().read(file), '\n')) {
      if (line.starts_with("\\restrict") || line.starts_with("\\unrestrict")) found += line + "\n";
    }
    return found;
  };
  CHECK(restricted("out.sql") == restricted("in.sql"));
}
