// What a dump must not hold, or can't be trusted for: refused in words, with no copy.
#include "tests/catch.hpp"
#include "tests/unit/sanitize/fixture.hpp"

using namespace sanitize_fixture;

namespace {

/// The small dump with `what` behind its schema.
std::string with(const std::string& what) { return kSchema + what + kRows + kEnd; }

std::string carriageReturns(const std::string& text) {
  std::string all;
  for (const char c : text) all += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return all;
}

}  // namespace

TEST_CASE("what psql would run is refused wherever it stands", "[sanitize][bad]") {
  for (const std::string what :
       {"\\! touch /tmp/x\n",
        "\\copy t from program 'id'\n",
        "\\i /etc/passwd\n",
        "\\o /tmp/x\n",
        "\\g |sh\n",
        "\\set x `id`\n",
        "\\connect `id`\n",
        "\\restrict `id`\n",
        "\\connect x \\! id\n",
        "\\restrict x \\! id\n",
        "CREATE TABLE public.x (a text) \\! id\n;\n",
        "CREATE TABLE public.x (a text DEFAULT E'a'\n'\\'' \\! id\n'');\n",
        "-- harmless\r\\! id\n",
        "GRANT SELECT ON t TO x \\g |sh\n;\n",
        "COPY public.child FROM PROGRAM 'id';\n",
        "COPY public.child TO PROGRAM 'id';\n",
        "COPY public.child FROM '/etc/passwd';\n",
        "COPY (SELECT 1) TO STDOUT;\n",
        "Copy public.child From Program 'id';\n",
        "COPY public.child FROM stdin WITH CSV;\n1\n\\.\n",
        "COPY public.child FROM STDIN (FORMAT csv);\n1,2\n\\.\n",
        "DO $$ BEGIN END $$;\n",
        "CALL f();\n",
        "VACUUM;\n",
        "DELETE FROM t;\n",
        "UPDATE t SET a = 1;\n",
        "WITH x AS (SELECT 1) SELECT 1;\n",
        "ALTER SYSTEM SET a = 'b';\n",
        "SELECT pg_read_file('/etc/passwd');\n",
        "SELECT pg_catalog.pg_read_file('/etc/passwd');\n",
        "SELECT pg_catalog.setval('s', (SELECT 1), true);\n",
        "SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false);\n",
        "SET standard_conforming_strings = off;\n",
        "SET standard_conforming_strings TO 'false';\n",
        "SET SESSION standard_conforming_strings = 0;\n",
        "INSERT INTO public.child VALUES (pg_read_file('/etc/passwd'), 1);\n",
        "INSERT INTO public.child SELECT 1, 2;\n"}) {
    Fixture fixture;
    INFO(what);
    CHECK(refusal(fixture, with(what)) == core::Kind::refused);
    CHECK_FALSE(fixture.said.empty());
  }
}

TEST_CASE("encodings with a hidden backslash are refused by each of their names",
          "[sanitize][bad]") {
  for (const std::string set :
       {"SET client_encoding = 'SJIS';\n", "SET client_encoding TO sjis;\n", "SET NAMES 'BIG5';\n",
        "SET client_encoding = 'Windows932';\n", "SET LOCAL client_encoding = 'GBK';\n",
        "SET client_encoding = 'GB18030';\n", "SET client_encoding = 'UHC';\n",
        "SET client_encoding = 'JOHAB';\n", "SET client_encoding = 'SHIFT_JIS_2004';\n"}) {
    Fixture fixture;
    INFO(set);
    CHECK(refusal(fixture, with(set)) == core::Kind::refused);
    CHECK(has(fixture.said, "pg_dump -E UTF8"));
  }
  for (const char* set :
       {"SET client_encoding = 'LATIN1';\n", "SET client_encoding = 'SQL_ASCII';\n",
        "SET client_encoding = 'EUC_JP';\n", "SET client_encoding = 'WIN1252';\n"}) {
    Fixture fixture;
    fixture.copy(with(set));
    CHECK(fixture.findings.leaks.empty());
  }
}

TEST_CASE("a dump that ends anywhere before its end is cut", "[sanitize][bad]") {
  const std::string whole = kSchema + kRows + kEnd;
  for (std::size_t bytes = 1; bytes < whole.size() - 1; bytes += 97) {
    Fixture fixture;
    INFO(bytes);
    CHECK(refusal(fixture, whole.substr(0, bytes)) == core::Kind::corrupt);
  }
  Fixture fixture;
  const std::string cluster =
      "-- PostgreSQL database cluster dump\n\nCREATE ROLE x;\n\\connect a\n" +
      whole;  // the second database, and the end, are missing
  CHECK(refusal(fixture, cluster) == core::Kind::corrupt);
  CHECK(refusal(fixture, cluster + "-- PostgreSQL database cluster dump complete\n") ==
        core::Kind::unexpected);
  CHECK(refusal(fixture, whole + "CREATE TABLE public.more (a integer);\n") == core::Kind::corrupt);
}

TEST_CASE("line ends of another system give the same rows", "[sanitize][bad]") {
  Fixture fixture;
  const std::string plain = fixture.copy(kSchema + kRows + kEnd);
  const std::string rows = plain.substr(plain.find("COPY public.dcim_device"));
  const std::string out = fixture.copy(carriageReturns(kSchema + kRows + kEnd));
  CHECK(fixture.findings.leaks.empty());
  const std::size_t row = rows.find("\n1\t") + 1;
  CHECK(has(out, rows.substr(row, rows.find('\n', row) - row + 1)));
}

TEST_CASE("what only looks like rows stays what it is", "[sanitize][bad]") {
  Fixture fixture;
  const std::string odd =
      "-- COPY public.gone (id, token) FROM stdin;\n"
      "/* COPY public.gone (id, token) FROM stdin; /* nested */ \n\\.\n*/\n"
      "CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $f$\nCOPY x FROM stdin;\n\\.\n$f$;\n"
      "CREATE VIEW public.v AS SELECT '\nCOPY x FROM stdin;\n1\n\\.\n'::text;\n";
  const std::string out = fixture.copy(kSchema + odd + kRows + kEnd);
  CHECK(has(out, odd.substr(odd.find("CREATE FUNCTION"))));
  CHECK(fixture.findings.leaks.empty());
}

TEST_CASE("blank rows, tables without columns and \\restrict stay as they are", "[sanitize][bad]") {
  Fixture fixture(R"j({"keep": {"one": {"choice": ["t"]}}, "table": {"none": {}}})j");
  const std::string rows =
      "COPY public.one (t) FROM stdin;\n\n\\N\n\n\\\\.\n\\.\nCOPY public.none  FROM "
      "stdin;\n\n\n\\.\n";
  const std::string out =
      fixture.copy("\\restrict k3y\n" + kSchema +
                   "CREATE TABLE public.one (t text);\nCREATE TABLE public.none "
                   "(\n);\n" +
                   rows + kEnd + "\\unrestrict k3y\n");
  CHECK(has(out, rows));
  CHECK(out.starts_with("\\restrict k3y\n"));
  CHECK(out.ends_with("\\unrestrict k3y\n"));
}

TEST_CASE("rows without the schema of their table are refused", "[sanitize][bad]") {
  Fixture fixture;
  CHECK(refusal(fixture, "SET client_encoding = 'UTF8';\n" + kRows + kEnd) == core::Kind::refused);
  CHECK(has(fixture.said, "CREATE TABLE"));
}

TEST_CASE("a bomb of zeros or of one endless row ends early", "[sanitize][bad]") {
  class Bomb : public core::Source {
   public:
    Bomb(std::string front, char fill) : front_(std::move(front)), fill_(fill) {}
    std::size_t read(std::span<char> block) override {
      if (at_ < front_.size()) {
        const std::size_t got = front_.copy(block.data(), block.size(), at_);
        at_ += got;
        return got;
      }
      given += block.size();
      std::fill(block.begin(), block.end(), fill_);
      return block.size();
    }
    std::uint64_t given = 0;

   private:
    std::string front_;
    char fill_;
    std::size_t at_ = 0;
  };
  for (const std::string& front :
       {std::string(), kSchema, kSchema + "COPY public.child (id, gone_id) FROM stdin;\n"}) {
    Bomb bomb(front, '\0');
    dump::PlainReader reader(bomb, "x");
    dump::Piece piece;
    CHECK_THROWS_AS(
        [&] {
          while (reader.next(piece)) {
          }
        }(),
        core::Error);
    CHECK(bomb.given < (std::uint64_t{64} << 20));
  }
}
