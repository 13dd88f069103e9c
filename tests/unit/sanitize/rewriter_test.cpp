#include "lib/sanitize/rewriter.hpp"

#include "tests/catch.hpp"
#include "tests/unit/sanitize/fixture.hpp"

using namespace sanitize_fixture;

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

TEST_CASE("what stands outside of tables is taken out, and told", "[sanitize][statements]") {
  Fixture fixture;
  std::string schema = kSchema;
  schema.replace(schema.find("serial character varying(50) NOT NULL"), 37,
                 "serial character varying(50) DEFAULT 'SN123ABC77' NOT NULL");
  const std::string out = fixture.copy(
      schema +
      "CREATE ROLE \"Odd \"\"Role\";\nALTER ROLE \"Odd \"\"Role\" WITH NOSUPERUSER PASSWORD "
      "'md574d1aa' "
      "VALID UNTIL 'infinity';\n"
      "ALTER DATABASE x SET \"app.secret\" TO 'S3cr3t';\nALTER DATABASE x SET timezone TO 'UTC';\n"
      "SECURITY LABEL FOR p ON TABLE public.log IS 'S3cr3t';\n"
      "CREATE FOREIGN TABLE public.ft (id bigint) SERVER s OPTIONS (table 'S3cr3t');\n"
      "CREATE PUBLICATION p FOR ALL TABLES;\n"
      "SELECT * FROM pg_catalog.pg_restore_attribute_stats('version', '180000'::integer, "
      "'most_common_vals', '{SN123ABC77}'::text);\n"
      "SELECT pg_catalog.lo_create('16');\nALTER LARGE OBJECT 16 OWNER TO x;\n"
      "SELECT pg_catalog.lo_open('16', 131072);\n" +
      kRows + kEnd);
  INFO(out);
  for (const char* secret : {"md574", "S3cr3t", "SN123", "lo_create", "LARGE", "most_common"})
    CHECK_FALSE(has(out, secret));
  CHECK(has(out, "PASSWORD NULL VALID UNTIL 'infinity';"));
  CHECK(has(out, "timezone"));
  CHECK(has(out, "CREATE FOREIGN TABLE"));
  CHECK(has(out, "CREATE PUBLICATION"));
  CHECK(fixture.findings.leaks.empty());
  CHECK(fixture.rewritten.notes.size() >= 6);
}
