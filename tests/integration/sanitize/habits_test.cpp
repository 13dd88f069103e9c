// What `sotctl sanitize` promises besides a clean copy.
#include <fmt/format.h>

#include <filesystem>

#include "lib/core/base64.hpp"
#include "lib/core/cipher.hpp"
#include "lib/core/digest.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "tests/catch.hpp"
#include "tests/integration/sanitize/ground.hpp"

using Catch::Matchers::Contains;
using sanitize_tests::Answer;
using sanitize_tests::Ground;
using sanitize_tests::Seeded;

namespace {

Seeded& seeded() {
  static Seeded the("sanitize_habits", Seeded::ownData());
  return the;
}

void mustDump(const std::string& in, const std::string& out, std::vector<std::string> more = {}) {
  const Answer done = seeded().ground().dump(in, out, std::move(more));
  INFO(done.err);
  REQUIRE(done.status == 0);
}

/// in.sql with `with` in front of its first CREATE TABLE.
void writeWith(const std::string& file, const std::string& with) {
  std::string text = seeded().ground().read("in.sql");
  text.insert(text.find("CREATE TABLE "), with);
  seeded().ground().write(file, text);
}

}  // namespace

TEST_CASE("one account can log in to a copy, and no other", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  ground.write("password", "let me in\n");
  mustDump("in.sql", "login.sql", {"--login", "ci", "--password-file", "password"});
  seeded().restore("login.sql", "sanitize_habits_login");
  const std::string hash = std::string(core::trim(seeded().ask(
      "SELECT password FROM users_user WHERE username = 'ci' AND is_superuser AND is_active;",
      "sanitize_habits_login")));
  const auto parts = core::split(hash, '$');
  REQUIRE(parts.size() == 4);
  CHECK(parts[0] == "pbkdf2_sha256");
  CHECK(parts[3] ==
        core::base64(core::pbkdf2Sha256("let me in", parts[2], std::stoi(parts[1]), 32)));
  CHECK(seeded().ask("SELECT count(*) FROM users_user WHERE password NOT LIKE '!%';",
                     "sanitize_habits_login") == "1\n");
  CHECK(ground.dump("in.sql", "x.sql", {"--login", "ci"}).status == 2);
}

TEST_CASE("the same copy is not made twice, another one is", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  const auto again = [&](std::vector<std::string> more = {}) {
    more.push_back("--detailed-exitcode");
    return ground.dump("in.sql", "once.sql", more).status;
  };
  CHECK(again() == 20);
  const std::string first = ground.read("once.sql");
  CHECK(again() == 0);
  CHECK(ground.read("once.sql") == first);
  ground.write("once.sql", first + "-- touched\n");
  CHECK(again() == 20);
  CHECK(ground.read("once.sql") == first);
  CHECK(again({"--without", "changelog"}) == 20);
  CHECK(ground.read("once.sql") != first);
  CHECK(again({"-n"}) == 20);
  CHECK_FALSE(ground.has("never.sql"));
  CHECK(ground.dump("in.sql", "never.sql", {"-n"}).status == 0);
  CHECK_FALSE(ground.has("never.sql"));
}

TEST_CASE("a key decides the pseudonyms, the number of threads does not", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  mustDump("in.sql", "one.sql");
  mustDump("in.sql", "four.sql", {"-j", "4"});
  CHECK(ground.read("one.sql") == ground.read("four.sql"));
  REQUIRE(ground.sotctl({"sanitize", "rules", "new-key", "other"}).status == 0);
  mustDump("in.sql", "other.sql", {"--key-file", "other"});
  CHECK(ground.read("one.sql") != ground.read("other.sql"));
  CHECK(ground.sotctl({"sanitize", "rules", "new-key", "other"}).status == 5);
  std::filesystem::permissions(ground.path("other"), std::filesystem::perms(0640));
  const Answer open = ground.dump("in.sql", "x.sql", {"--key-file", "other"});
  CHECK(open.status == 5);
  CHECK_THAT(open.err, Contains("can be read by others"));
}

TEST_CASE("a failed search prints rules that mend what it found", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  ground.write("leak.toml",
               "[table.dcim_device]\nserial = \"keep\"\ncomments = \"keep\"\n"
               "[table.users_user]\nemail = \"keep\"\n");
  const Answer leak = ground.dump("in.sql", "mended.sql", {"--rules", "leak.toml"});
  REQUIRE(leak.status == 10);
  CHECK_FALSE(ground.has("mended.sql"));
  for (const std::string& value : core::split(seeded().values(), '\n')) {
    if (!value.empty() && leak.err.find(value) != std::string::npos) FAIL(value);
  }
  std::string rules = leak.err.substr(leak.err.find("[table."));
  std::string pasted;
  for (const std::string& line : core::split(rules, '\n'))
    pasted += std::string(core::trim(line)) + "\n";
  ground.write("pasted.toml", pasted);
  mustDump("in.sql", "mended.sql", {"--rules", "leak.toml", "--rules", "pasted.toml"});
}

TEST_CASE("a copy of a copy is clean as well", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  mustDump("in.sql", "first.sql");
  mustDump("first.sql", "second.sql");
  CHECK(ground.read("first.sql") != ground.read("second.sql"));
  CHECK_THROWS(ground.program({"grep", "-q", "-i", "-F", "-f", "values.txt", "second.sql"}));
  const Answer scan =
      ground.sotctl({"sanitize", "scan", "--original", "in.sql", "--sanitized", "second.sql"});
  INFO(scan.err);
  CHECK(scan.status == 0);
}

TEST_CASE("the report says what was done, and no value and no key", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  mustDump("in.sql", "told.sql.gz", {"--report", "told.json"});
  const std::string text = ground.read("told.json");
  const core::Json report = core::Json::parse(text);
  CHECK(report["input"]["sha256"] == core::sha256(ground.read("in.sql")));
  CHECK(report["output"]["sha256"] == core::sha256(ground.read("told.sql.gz")));
  CHECK(report["scan"]["clean"] == true);
  CHECK(report["scan"]["values_too_common"] > 0);
  CHECK(report["rules"]["fingerprint"].get<std::string>().size() == 64);
  CHECK(report["took_ms"].contains("scan"));
  bool serials = false;
  for (const core::Json& row : report["tables"]) {
    if (row["table"] != "dcim_device" || row["column"] != "serial") continue;
    serials = row["seen"] == 40 && row["changed"] == 40 && row["treatment"] == "serial";
  }
  CHECK(serials);
  mustDump("in.sql", "told.sql", {"--report", "told.md"});
  const std::string markdown = ground.read("told.md");
  CHECK_THAT(markdown, Contains("| dcim_device | serial | serial | 40 | 40 |"));
  CHECK_THAT(markdown, Contains("leak scan: clean"));
  const std::string key(core::trim(ground.read("key")));
  for (const std::string& one : {text, markdown}) {
    CHECK(one.find(key) == std::string::npos);
    for (const std::string& value : core::split(seeded().values(), '\n')) {
      if (!value.empty() && one.find(value) != std::string::npos) FAIL(value);
    }
  }
}

TEST_CASE("columns and tables that no rule knows are never copied unseen", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  std::string text = ground.read("in.sql");
  const std::size_t column = text.find("serial character varying(50) NOT NULL");
  text.insert(column, "surprise text,\n    ");
  ground.write("surprise.sql", text);
  const Answer stopped = ground.dump("surprise.sql", "x.sql");
  CHECK(stopped.status == 5);
  CHECK_THAT(stopped.err, Contains("dcim_device.surprise (text)"));
  CHECK_FALSE(ground.has("x.sql"));
  mustDump("surprise.sql", "emptied.sql", {"--unknown-columns", "empty"});
  const Answer coverage = ground.sotctl({"sanitize", "coverage", "surprise.sql"});
  CHECK(coverage.status == 10);
  CHECK_THAT(coverage.out, Contains("dcim_device.surprise") && Contains("unknown"));

  writeWith(
      "plugin.sql",
      "CREATE TABLE public.plugin_thing (id bigint, x text);\nCOPY public.plugin_thing (id, x) "
      "FROM stdin;\n1\tsecret of a plugin\n\\.\n");
  mustDump("plugin.sql", "plugin_out.sql", {"--report", "plugin.json"});
  const std::string out = ground.read("plugin_out.sql");
  CHECK_THAT(out, Contains("CREATE TABLE public.plugin_thing"));
  CHECK_THAT(out, !Contains("secret of a plugin"));
  CHECK(core::Json::parse(ground.read("plugin.json"))["unknown_tables"] ==
        core::Json::array({"plugin_thing"}));
  CHECK(ground.sotctl({"sanitize", "coverage", "in.sql", "--all", "-o", "json"}).status == 0);
}

TEST_CASE("rules are shown, explained and checked", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  const Answer show = ground.sotctl({"sanitize", "rules", "show"});
  CHECK(show.status == 0);
  CHECK_THAT(show.out, Contains("dcim_device.serial: serial") && Contains("users_token: truncate"));
  const Answer explain = ground.sotctl({"sanitize", "rules", "explain"});
  CHECK_THAT(explain.out, Contains("unusable-password") && Contains("device serials:") &&
                              Contains("dcim_macaddress.mac_address"));
  const Answer nautobot = ground.sotctl({"sanitize", "rules", "show", "--product", "nautobot"});
  CHECK_THAT(nautobot.out, Contains("dcim_device.serial: serial"));
  ground.write("good.toml", "[table.dcim_device]\nserial = \"empty\"\n");
  CHECK(ground.sotctl({"sanitize", "rules", "check", "good.toml"}).status == 0);
  ground.write("bad.toml", "[table.dcim_device]\nserial = \"scramble\"\nname = \"hash\"\n");
  const Answer bad = ground.sotctl({"sanitize", "rules", "check", "bad.toml"});
  CHECK(bad.status == 3);
  CHECK_THAT(bad.err, Contains("scramble") && Contains("hash"));
  std::filesystem::permissions(ground.path("good.toml"), std::filesystem::perms(0666));
  CHECK(ground.sotctl({"sanitize", "rules", "check", "good.toml"}).status == 3);
  ground.write("nothing.toml", "[table.no_such]\nx = \"empty\"\n");
  const Answer unmatched = ground.dump("in.sql", "unmatched.sql", {"--rules", "nothing.toml"});
  CHECK(unmatched.status == 0);
  CHECK_THAT(unmatched.out, Contains("no_such.x matches nothing"));
}

TEST_CASE("a copy acts on nobody, unless it is told to", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  const std::string there =
      "\nCREATE TABLE public.extras_eventrule (id bigint NOT NULL, enabled "
      "boolean NOT NULL);\nCOPY public.extras_eventrule (id, enabled) FROM "
      "stdin;\n1\tt\n\\.\n";
  writeWith("acting.sql", there);
  mustDump("acting.sql", "off.sql", {"--unknown-columns", "empty"});
  CHECK_THAT(ground.read("off.sql"), Contains("FROM stdin;\n1\tf\n"));
  mustDump("acting.sql", "on.sql", {"--unknown-columns", "empty", "--outbound", "keep"});
  CHECK_THAT(ground.read("on.sql"), Contains("FROM stdin;\n1\tt\n"));
}

TEST_CASE("archives of an unknown version and cut packings give no copy", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  seeded().dumpTo("newer.dump", {"-Fc"});
  std::string archive = ground.read("newer.dump");
  archive[6] = 99;  // 1.99
  ground.write("newer.dump", archive);
  const Answer newer = ground.dump("newer.dump", "x.sql");
  CHECK(newer.status == 11);
  CHECK_THAT(newer.err, Contains("unsupported version") && Contains("as new as"));
  ground.program({"sh", "-c", "gzip -c in.sql | head -c 60000 >cut.sql.gz"});
  CHECK(ground.dump("cut.sql.gz", "x.sql").status == 11);
  ground.program({"sh", "-c", "gzip -c in.sql >more.sql.gz; echo more >>more.sql.gz"});
  CHECK(ground.dump("more.sql.gz", "x.sql").status == 11);
  ground.write("xz.sql.xz", std::string("\xfd"
                                        "7zXZ\0",
                                        6) +
                                "rest");
  CHECK(ground.dump("xz.sql.xz", "x.sql").status == 13);
  ground.write("empty.sql", "");
  CHECK(ground.dump("empty.sql", "x.sql").status == 11);
  CHECK(ground.dump("nowhere.sql", "x.sql").status == 4);
  CHECK_FALSE(ground.has("x.sql"));
}

TEST_CASE("a row of tens of megabytes goes through", "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Ground& ground = seeded().ground();
  std::string text = ground.read("in.sql");
  const std::size_t head = text.find("COPY public.dcim_device (");
  const std::size_t comments = text.find("Root password", head);
  text.insert(comments, std::string(std::size_t{40} << 20, 'x'));
  ground.write("long.sql", text);
  mustDump("long.sql", "short.sql");
  CHECK(ground.read("short.sql").size() < (std::size_t{20} << 20));
}
