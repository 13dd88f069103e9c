#include "lib/dump/plain.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

namespace {

using dump::PieceKind;

/// Gives a few bytes at a time, so that everything is cut somewhere.
class Drops : public core::Source {
 public:
  Drops(std::string text, std::size_t most) : text_(std::move(text)), most_(most) {}
  std::size_t read(std::span<char> block) override {
    const std::size_t count = std::min({block.size(), text_.size() - at_, most_});
    std::copy_n(text_.data() + at_, count, block.data());
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
  std::size_t most_;
};

struct Read {
  std::string all;    // the bytes of all pieces
  std::string rows;   // of all rows
  std::string shape;  // s statement, r rows, c copy, e end, . space, ! command
  std::vector<std::string> tables;
};

Read readAll(const std::string& text, std::size_t drops = 7, std::size_t block = 64) {
  Drops source(text, drops);
  dump::PlainReader reader(source, "x.sql", block);
  dump::Piece piece;
  Read found;
  while (reader.next(piece)) {
    found.all += piece.bytes;
    if (piece.kind == PieceKind::rows) found.rows += piece.bytes;
    if (piece.kind == PieceKind::copy) found.tables.push_back(reader.head().table.key());
    const char letter = ".scre!"[static_cast<int>(piece.kind)];
    if (letter != 'r' || !found.shape.ends_with('r')) found.shape += letter;
  }
  return found;
}

core::Kind refusal(const std::string& text) {
  try {
    readAll(text);
  } catch (const core::Error& error) {
    CHECK(std::string(error.what()).find("x.sql") != std::string::npos);
    return error.kind();
  }
  return core::Kind::unexpected;
}

const std::string kDump =
    "-- head; with COPY x FROM stdin;\n"
    "\\restrict abc\n"
    "SET client_encoding = 'UTF8';\n"
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $f$ select 1;\nCOPY fake (a) FROM "
    "stdin;\n1\n\\.\n$f$;\n"
    "CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true "
    "THEN 2 END; END;\n"
    "COMMENT ON TABLE t IS 'it''s\nCOPY x FROM stdin;\n';\n"
    "COPY public.t (id, \"a, b\", \"q\"\"q\") FROM stdin;\n"
    "1\ta\\.b\t\\N\n\\\\.\tx\ty\n\n\\.\n\n"
    "COPY public.nocols  FROM stdin;\n\n\n\\.\n"
    "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);\n"
    "SELECT E'a\\'; b', /* ; /* nested ; */ */ ';';\n"
    "\\unrestrict abc\n"
    "-- end without a feed";

}  // namespace

TEST_CASE("the pieces of a dump are the dump, however it is cut", "[dump][plain]") {
  for (const std::size_t block : {16U, 64U, 4096U}) {
    for (const std::size_t drops : {1U, 7U, 100000U}) {
      const Read found = readAll(kDump, drops, block);
      CHECK(found.all == kDump);
      CHECK(found.shape == ".!s.s.s.s.cre.cres.s.!.");
      CHECK(found.rows == "1\ta\\.b\t\\N\n\\\\.\tx\ty\n\n\n\n");
      CHECK(found.tables == std::vector<std::string>{"public.t", "public.nocols"});
    }
  }
}

TEST_CASE("where rows are cut depends on the dump alone", "[dump][plain]") {
  std::string text = "COPY t (a) FROM stdin;\n";
  for (int i = 0; i < 500; ++i) text += std::to_string(i * 7919) + "\n";
  text += "\\.\n";
  std::vector<std::vector<std::size_t>> cuts;
  for (const std::size_t drops : {3U, 50U, 100000U}) {
    Drops source(text, drops);
    dump::PlainReader reader(source, "x.sql", 256);
    dump::Piece piece;
    auto& sizes = cuts.emplace_back();
    while (reader.next(piece)) sizes.push_back(piece.bytes.size());
  }
  CHECK(cuts[0] == cuts[1]);
  CHECK(cuts[0] == cuts[2]);
}

TEST_CASE("a row longer than a block arrives whole", "[dump][plain]") {
  const std::string row(100000, 'x');
  CHECK(readAll("COPY t (a) FROM stdin;\n" + row + "\n\\.\n").rows == row + "\n");
}

TEST_CASE("what a dump must not hold is refused", "[dump][plain]") {
  CHECK(refusal("\\! rm -rf /\n") == core::Kind::refused);
  CHECK(refusal("SELECT 1;\n\\copy t from '/etc/passwd'\n") == core::Kind::refused);
  CHECK(refusal("\\restrict a \\! id\n") == core::Kind::refused);
  CHECK(refusal("COPY t FROM PROGRAM 'id';\n") == core::Kind::refused);
  CHECK(refusal("COPY t TO '/tmp/x';\n") == core::Kind::refused);
  CHECK(refusal("COPY (SELECT 1) TO STDOUT;\n") == core::Kind::refused);
  CHECK(refusal("COPY t FROM STDIN WITH CSV;\n") == core::Kind::refused);
  CHECK(refusal("copy t FROM '/etc/passwd';\n") == core::Kind::refused);
}

TEST_CASE("a dump that is cut is corrupt, wherever", "[dump][plain]") {
  CHECK(refusal("COPY t (a) FROM stdin;\n1\n2\n") == core::Kind::corrupt);
  CHECK(refusal("COPY t (a) FROM stdin;\n1\n2") == core::Kind::corrupt);
  CHECK(refusal("COMMENT ON TABLE t IS 'half") == core::Kind::corrupt);
  CHECK(refusal("CREATE TABLE t (a int") == core::Kind::corrupt);
  CHECK(refusal("/* half") == core::Kind::corrupt);
}

TEST_CASE("rows may have the line ends of another system", "[dump][plain]") {
  const Read found = readAll("COPY t (a) FROM stdin;\r\n1\r\n\\.\r\n");
  CHECK(found.shape == "cre");
  CHECK(found.rows == "1\r\n");
}
