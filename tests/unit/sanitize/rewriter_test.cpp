#include "lib/sanitize/rewriter.hpp"

#include "lib/core/error.hpp"
#include "lib/sanitize/run.hpp"
#include "tests/catch.hpp"

namespace {

const std::string kKey(32, 'k');

const char* const kRules = R"j({
  "product": "netbox",
  "changelog": ["log"],
  "truncate": {"tables": ["gone"]},
  "types": {"bigint": ["id", "*_id"], "boolean": ["*"]},
  "repr": {"dcim_device": "hostname (asset-tag)"
}
, "table" : {
  "dcim_device" : {
    "name" : "hostname",
    "_name" : "natural:name",
    "serial" : "serial",
    "asset_tag" : "asset-tag",
    "comments" : "empty",
    "custom_field_data" : "json-null",
    "context" : "json",
    "mac" : "mac"
  },
  "log" : {"user_name" : "username", "object_repr" : "repr", "data" : "history"},
  "users_user" : {"username" : "username", "password" : "unusable-password"},
  "ranges" : {"start" : "ip", "last" : "shift:start ip"},
  "child" : {}
},
            "keep" : {"dcim_device" : {"choice" : ["status"]}},
                     "reasons" : {
  "choice" : "a fixed list"
}
})j";

const char* const kCatalogue = R"j({
  "product": "netbox",
  "kinds": {"secret": "opens something", "history": "copies"},
  "column": {
    "dcim_device": {"name": "secret hostname 2.0..", "serial": "secret serial 2.0..", "asset_tag": "secret asset-tag 2.0..",
      "comments": "secret prose 2.0..", "custom_field_data": "secret json 2.0..", "context": "secret json 2.0..", "mac": "secret mac 2.0.."},
    "log": {"user_name": "secret username 2.0..", "data": "history history 2.0..", "object_repr": "history repr 2.0.."},
    "users_user": {"username": "secret username 2.0..", "password": "secret secret 2.0.."},
    "gone": {"token": "secret secret 2.0.."}
  }
})j";

const std::string kSchema =
    "SET client_encoding = 'UTF8';\n"
    "CREATE TABLE public.dcim_device (id bigint NOT NULL, name character varying(64), _name "
    "character varying(100),"
    " serial character varying(50) NOT NULL, asset_tag character varying(50), comments text NOT "
    "NULL, custom_field_data jsonb NOT NULL,"
    " context jsonb, status character varying(50) NOT NULL, mac macaddr);\n"
    "CREATE TABLE public.log (id bigint, user_name character varying(150) NOT NULL, object_repr "
    "text NOT NULL, data jsonb,"
    " changed_object_type_id bigint, changed_object_id bigint);\n"
    "CREATE TABLE public.gone (id bigint, token text);\n"
    "CREATE TABLE public.child (id bigint, gone_id bigint);\n"
    "CREATE TABLE public.plugin (id bigint, x text);\n"
    "CREATE TABLE public.users_user (id bigint, username text, password text, is_superuser "
    "boolean);\n"
    "CREATE TABLE public.ranges (id bigint, start inet, last inet);\n"
    "CREATE TABLE public.django_content_type (id bigint, app_label text, model text);\n";
const std::string kRows =
    "COPY public.dcim_device (id, name, _name, serial, asset_tag, comments, custom_field_data, "
    "context, status, mac) FROM stdin;\n"
    "1\trtr01-ams.corp\trtr00000001-ams.corp\tSN123ABC77\t\\N\tpassword is Hunter2LAB77\\nsecond "
    "line\t{\"pin\": \"P1N99X77\"}\t{\"snmp\": {\"community\": \"C0mm99X77\", \"n\": [1, true, "
    "\"x\"]}}\tactive\t02:aa:bb:cc:dd:01\n"
    "2\tsw-2\tsw-00000002\t\t\\\\N\t\t{}\t\\N\tactive\t\\N\n"
    "\\.\n"
    "COPY public.django_content_type (id, app_label, model) FROM stdin;\n32\tdcim\tdevice\n\\.\n"
    "COPY public.log (id, user_name, object_repr, data, changed_object_type_id, changed_object_id) "
    "FROM stdin;\n"
    "1\tjanedoe77\trtr01-ams.corp (AT00X77)\t{\"name\": \"rtr01-ams.corp\", \"serial\": "
    "\"SN123ABC77\", \"mac\": \"02:AA:BB:CC:DD:01\", \"status\": \"active\", \"comments\": \"say "
    "\\\\\"hi\\\\\" C:\\\\\\\\x Hunter2LAB77\", \"novel\": [\"SN123ABC77\"], \"custom_fields\": "
    "{\"pin\": \"P1N99X77\"}, \"context\": null}\t32\t1\n"
    "2\tjanedoe77\tother thing\t{\"name\": \"x\"}\t99\t7\n"
    "\\.\n"
    "COPY public.gone (id, token) FROM stdin;\n5\tT0ken99887766\n\\.\n"
    "COPY public.child (id, gone_id) FROM stdin;\n1\t5\n\\.\n"
    "COPY public.plugin (id, x) FROM stdin;\n1\tsecret of a plugin\n\\.\n"
    "COPY public.users_user (id, username, password, is_superuser) FROM "
    "stdin;\n1\tjanedoe77\tpbkdf2_sha256$1$saltsalt$hashhash99\tt\n\\.\n"
    "COPY public.ranges (id, start, last) FROM stdin;\n1\t10.0.0.1/24\t10.0.0.9/24\n\\.\n";
const std::string kEnd =
    "ALTER TABLE ONLY public.child ADD CONSTRAINT c FOREIGN KEY (gone_id) REFERENCES "
    "public.gone(id);\n"
    "-- PostgreSQL database dump complete\n";

struct Fixture {
  core::Cancellation cancellation;
  core::NoProgress progress;
  sanitize::RuleSet rules;
  sanitize::Catalogue catalogue = sanitize::readCatalogue(core::Json::parse(kCatalogue), "c");
  sanitize::Plan::Options options;
  sanitize::Login login;
  sanitize::Findings findings;
  sanitize::Rewritten rewritten;

  explicit Fixture(const std::string& more = "{}") {
    sanitize::addRules(rules, core::Json::parse(kRules), "r", false, true);
    sanitize::addRules(rules, core::Json::parse(more), "site", true, true);
  }
  static sanitize::Input input(const std::string& text) {
    return {"x.sql", [text] { return std::make_unique<core::StringSource>(text); }, text.size()};
  }
  std::string copy(const std::string& text, int jobs = 1) {
    const sanitize::Surroundings around{cancellation, progress, jobs};
    const auto inspected = sanitize::inspect(input(text), "", around);
    const sanitize::RewritePlan how{
        inspected.facts, rules, catalogue, options, {}, kKey, "", login, dump::Compression::none};
    sanitize::Originals originals(sanitize::commonWords(inspected.facts, {}), {});
    core::StringSink out;
    rewritten = sanitize::rewriteDump(input(text), how, originals, out, around);
    originals.freeze();
    findings = sanitize::searchDump(input(out.text()), inspected.facts, catalogue, "", originals,
                                    kKey, around);
    return out.text();
  }
};

std::string text(sanitize::Format format, const std::string& value) {
  std::string to;
  sanitize::Pseudonyms(kKey).apply(format, value, to);
  return to;
}

bool has(const std::string& all, const std::string& part) {
  return all.find(part) != std::string::npos;
}

core::Kind refusal(Fixture& fixture, const std::string& dump) {
  try {
    fixture.copy(dump);
  } catch (const core::Error& error) {
    INFO(error.what());
    return error.kind();
  }
  return core::Kind::unexpected;
}

}  // namespace

TEST_CASE("a column's treatment follows its values everywhere", "[sanitize][rewriter]") {
  Fixture fixture;
  const std::string out = fixture.copy(kSchema + kRows + kEnd);
  INFO(out);
  for (const char* secret :
       {"SN123ABC77", "rtr01-ams", "rtr00000001", "Hunter2", "P1N99", "C0mm99", "aa:bb:cc",
        "AA:BB:CC", "T0ken", "janedoe", "AT00X", "plugin\t", "hashhash", "secret of"}) {
    CHECK_FALSE(has(out, secret));
  }
  const std::string name = text(sanitize::Format::hostname, "rtr01-ams.corp");
  CHECK(has(out, "1\t" + name + "\t"));
  CHECK(has(out, "\"name\": \"" + name + "\""));
  CHECK(has(out, "\t" + name + " (" + text(sanitize::Format::text, "AT00X77") + ")\t"));
  CHECK(has(out, "\"serial\": \"" + text(sanitize::Format::text, "SN123ABC77") + "\""));
  CHECK(has(out, "\"custom_fields\": {\"pin\": null}"));
  CHECK(has(out, "{\"snmp\": {\"community\": \"\", \"n\": [0, true, \"\"]}}\tactive"));
  CHECK(has(out, "\"novel\": [\"\"]"));
  CHECK(has(out, "_thing") == false);
  CHECK(has(out, "\tlog #") == false);
  CHECK(has(out, "1\t\\N\n"));  // child.gone_id
  CHECK(fixture.findings.leaks.empty());
  CHECK(fixture.rewritten.unknown_tables ==
        std::vector<std::string>{"django_content_type", "plugin"});
  CHECK(fixture.rewritten.loosened == std::vector<std::string>{"child.gone_id"});
}

TEST_CASE("the copy is the same for any number of threads", "[sanitize][rewriter]") {
  std::string rows;
  for (int i = 10; i < 30000; ++i) {
    rows += std::to_string(i) + "\thost" + std::to_string(i) + "\thost\tSN" +
            std::to_string(i * 77) + "\t\\N\t\t{}\t\\N\tactive\t\\N\n";
  }
  const std::size_t at = kRows.find("\\.\n");
  const std::string dump = kSchema + kRows.substr(0, at) + rows + kRows.substr(at) + kEnd;
  const std::string once = Fixture().copy(dump, 1);
  CHECK(Fixture().copy(dump, 2) == once);
  CHECK(Fixture().copy(dump, 5) == once);
}

TEST_CASE("each treatment set to keep is a leak", "[sanitize][rewriter][scan]") {
  for (const char* place :
       {"dcim_device.name", "dcim_device.serial", "dcim_device.comments",
        "dcim_device.custom_field_data", "dcim_device.context", "dcim_device.mac", "log.user_name",
        "log.data", "users_user.username", "users_user.password"}) {
    const std::string where(place);
    const std::size_t dot = where.find('.');
    Fixture fixture("{\"table\": {\"" + where.substr(0, dot) + "\": {\"" + where.substr(dot + 1) +
                    "\": \"keep\"}}}");
    fixture.copy(kSchema + kRows + kEnd);
    INFO(place);
    CHECK_FALSE(fixture.findings.leaks.empty());
  }
  Fixture fixture(
      "{\"truncate\": {\"except\": [\"gone\"]}, \"table\": {\"gone\": {\"token\": \"keep\"}}}");
  fixture.copy(kSchema + kRows + kEnd);
  CHECK(fixture.findings.leaks.size() == 1);
}

TEST_CASE("a value is found in every notation", "[sanitize][scan]") {
  for (const std::string leak :
       {"02-AA-BB-CC-DD-01", "02aabbccdd01", "02aa.bbcc.dd01", "sn123abc77", "x=SN123ABC77;",
        "SN123%41BC77", "{\"a\": \"SN123\\\\u0041BC77\"}", "\\\\x534e31323341424337370a",
        "rtr00000001-ams.corp", "Hunter2: password is hunter2lab77"}) {
    Fixture fixture("{\"table\": {\"dcim_device\": {\"extra\": \"keep\"}}}");
    std::string dump = kSchema + kRows + kEnd;
    dump.replace(dump.find("_name character"), 1, "extra text, _");
    dump.replace(dump.find("name, _name, serial"), 4, "name, extra");
    dump.replace(dump.find("\trtr00000001"), 1, "\t" + leak + "\t");
    dump.replace(dump.find("\tsw-00000002"), 1, "\tplain\t");
    fixture.copy(dump);
    INFO(leak);
    REQUIRE(fixture.findings.leaks.size() >= 1);
    CHECK(fixture.findings.leaks.begin()->first.where == "dcim_device.extra");
  }
}

TEST_CASE("statements are searched and rewritten", "[sanitize][statements]") {
  Fixture fixture;
  const std::string out = fixture.copy(
      kSchema +
      "COMMENT ON TABLE public.log IS 'ask SN123ABC77';\nALTER ROLE x WITH LOGIN PASSWORD "
      "'SCRAM-SHA-256$4096:abc';\n"
      "ALTER ROLE x SET \"app.tok\" TO 'S3cr3t';\nALTER ROLE x SET search_path TO 'public';\n"
      "CREATE USER MAPPING FOR p SERVER s OPTIONS (\n    password 'S3cr3t'\n);\n"
      "CREATE SERVER s FOREIGN DATA WRAPPER f OPTIONS (\n    host 'db1.corp'\n);\n"
      "CREATE SUBSCRIPTION sub CONNECTION 'host=x password=S3cr3t' PUBLICATION p;\n"
      "SELECT pg_catalog.lowrite(0, '\\x68656c6c6f');\nSELECT pg_catalog.setval('s', 4, true);\n" +
      kRows + kEnd);
  for (const char* secret : {"SN123", "SCRAM", "S3cr3t", "db1.corp", "lowrite"})
    CHECK_FALSE(has(out, secret));
  CHECK(has(out, "WITH LOGIN PASSWORD NULL;"));
  CHECK(has(out, "search_path"));
  CHECK(has(out, "setval"));
  Fixture view;
  view.copy(kSchema + "CREATE VIEW v AS SELECT 'SN123ABC77';\n" + kRows + kEnd);
  REQUIRE(view.findings.leaks.size() == 1);
  CHECK(view.findings.leaks.begin()->first.where == "CREATE VIEW");
  for (const char* odd : {"DO $$ BEGIN END $$;\n", "DELETE FROM t;\n",
                          "SELECT pg_read_file('/etc/passwd');\n", "ALTER SYSTEM SET a = 'b';\n",
                          "SELECT pg_catalog.setval('s', (SELECT 1), true);\n", "TRUNCATE t;\n"}) {
    CHECK(refusal(fixture, kSchema + odd + kRows + kEnd) == core::Kind::refused);
  }
}

TEST_CASE("INSERT statements are treated as rows", "[sanitize][rewriter]") {
  Fixture fixture;
  const std::string out =
      fixture.copy(kSchema +
                   "INSERT INTO public.users_user VALUES (1, 'janedoe77', 'hashhash99aa', true);\n"
                   "INSERT INTO public.gone (id, token) VALUES (1, 'T0ken99887766');\n" +
                   kEnd);
  CHECK_FALSE(has(out, "janedoe77"));
  CHECK_FALSE(has(out, "T0ken"));
  CHECK(has(out, "'" + text(sanitize::Format::text, "janedoe77") + "'"));
  CHECK(fixture.findings.leaks.empty());
}

TEST_CASE("one account can log in to the copy", "[sanitize][rewriter]") {
  Fixture fixture;
  fixture.login = {"ci", "pbkdf2_sha256$260000$s$h", ""};
  CHECK(has(fixture.copy(kSchema + kRows + kEnd), "1\tci\tpbkdf2_sha256$260000$s$h\tt\n"));
}

TEST_CASE("what no rule knows stops the run or is emptied", "[sanitize][plan]") {
  std::string schema = kSchema;
  schema.replace(schema.find("status char"), 0, "surprise text, ");
  Fixture fixture;
  CHECK(refusal(fixture, schema + kRows + kEnd) == core::Kind::refused);
  fixture.options.empty_unknown_columns = true;
  fixture.copy(schema + kRows + kEnd);
  CHECK(fixture.rewritten.unknown_columns.size() == 1);
  std::string hard = kSchema;
  hard.replace(hard.find("gone_id bigint"), 14, "gone_id bigint NOT NULL, n text");
  Fixture dangling("{\"keep\": {\"child\": {\"choice\": [\"n\"]}}}");
  CHECK(refusal(dangling, hard + kEnd) == core::Kind::refused);
}

TEST_CASE("a dump that is cut, or in a hidden encoding, gives no copy", "[sanitize][rewriter]") {
  Fixture fixture;
  CHECK(refusal(fixture, kSchema + kRows) == core::Kind::corrupt);
  CHECK(refusal(fixture, "SET client_encoding = 'SJIS';\n" + kSchema + kEnd) ==
        core::Kind::refused);
  CHECK(refusal(fixture, "SET standard_conforming_strings = off;\n" + kSchema + kEnd) ==
        core::Kind::refused);
  std::string bad = kRows;
  bad.replace(bad.find("sw-2"), 4,
              "sw\xff"
              "2");
  CHECK(refusal(fixture, kSchema + bad + kEnd) == core::Kind::corrupt);
  std::string narrow = kRows;
  narrow.replace(narrow.find("2\tsw-2\t"), 7, "2\t");
  CHECK(refusal(fixture, kSchema + narrow + kEnd) == core::Kind::corrupt);
  std::string broken = kRows;
  broken.replace(broken.find("{\"name\": \"x\"}"), 13, "{\"name\": \"x\"");
  CHECK(refusal(fixture, kSchema + broken + kEnd) == core::Kind::corrupt);
}
