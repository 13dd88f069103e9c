#include "lib/dump/copy_text.hpp"

#include <random>

#include "lib/dump/insert.hpp"
#include "lib/dump/packed.hpp"
#include "tests/catch.hpp"

namespace {

std::string decode(std::string_view field) {
  std::string to;
  return std::string(dump::decodeField(field, to));
}

std::string unpack(const std::string& packed) {
  core::StringSource source(packed);
  const auto text = dump::unpackedByMagic(source, "x");
  core::StringSink sink;
  core::pump(*text, sink);
  return sink.text();
}

}  // namespace

TEST_CASE("every value survives its way through a COPY field", "[dump][copy]") {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string value(random() % 40, '\0');
    for (char& c : value) c = "\\\t\n\r\b\f\vabN.x01\x7f\xc3\xa9"[random() % 17];
    std::string field;
    dump::encodeField(value, field);
    CHECK(field.find('\t') == std::string::npos);
    CHECK(field.find('\n') == std::string::npos);
    CHECK(!dump::isNull(field));
    if (decode(field) != value) FAIL(field);
  }
}

TEST_CASE("all forms that COPY reads are decoded", "[dump][copy]") {
  CHECK(decode("a\\tb\\\\c") == "a\tb\\c");
  CHECK(decode("\\x41\\102\\q") == "ABq");
  CHECK(decode("\\x4g") == "\x04g");
  CHECK(decode("end\\") == "end\\");
  CHECK(dump::isNull("\\N"));
  CHECK(decode("\\\\N") == "\\N");
}

TEST_CASE("invalid UTF-8 is seen", "[dump][copy]") {
  CHECK(dump::validUtf8(std::string(100, 'a') + "é€😀"));
  CHECK_FALSE(dump::validUtf8("a\xc3"));
  CHECK_FALSE(dump::validUtf8("\xc0\xaf"));
  CHECK_FALSE(dump::validUtf8("\xed\xa0\x80"));
  CHECK_FALSE(dump::validUtf8(std::string(64, 'a') + "\xff"));
}

TEST_CASE("members of gzip and frames of zstd join to one file", "[dump][packed]") {
  for (const auto kind : {dump::Compression::gzip, dump::Compression::zstd}) {
    std::string text;
    std::string packed;
    for (int part = 0; part < 5; ++part) {
      const std::string piece =
          std::string(static_cast<std::size_t>(part) * 300000, 'a') + std::to_string(part);
      dump::pack(kind, piece, packed);
      text += piece;
    }
    CHECK(unpack(packed) == text);
    CHECK_THROWS(unpack(packed.substr(0, packed.size() - 5)));
    CHECK_THROWS(unpack(packed + "x"));
  }
  CHECK(unpack("SELECT 1;") == "SELECT 1;");
  CHECK_THROWS(unpack("PGDMP\x01\x0e"));
}

TEST_CASE("values of INSERT are found where they stand", "[dump][insert]") {
  const std::string statement =
      "INSERT INTO public.t (a, \"b c\") VALUES\n\t(1, 'it''s\n;'),\n\t(-2.5, NULL) ON CONFLICT DO "
      "NOTHING;";
  const dump::Insert insert = dump::parseInsert(statement);
  CHECK(insert.table.key() == "public.t");
  CHECK(insert.columns == std::vector<std::string>{"a", "b c"});
  REQUIRE(insert.rows.size() == 2);
  CHECK(*insert.rows[0][1].value == "it's\n;");
  CHECK(statement.substr(insert.rows[0][1].begin,
                         insert.rows[0][1].end - insert.rows[0][1].begin) == "'it''s\n;'");
  CHECK(*insert.rows[1][0].value == "-2.5");
  CHECK_FALSE(insert.rows[1][1].value);
  CHECK_THROWS(dump::parseInsert("INSERT INTO t SELECT 1;"));
  CHECK_THROWS(dump::parseInsert("INSERT INTO t VALUES (now());"));
}
