#include "lib/dump/copy.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

namespace {

const std::string kCopy = "1\tBerlin\n2\tParis\\nNord\n3\t\\\\.\n\\.\n\n\n";

dump::RowSum sumOf(const std::string& text, dump::CopyEnd end = dump::CopyEnd::last_row,
                   std::size_t block = 1000) {
  dump::CopyRows rows("x", end);
  for (std::size_t at = 0; at < text.size(); at += block) rows.write(text.substr(at, block));
  rows.finish();
  return rows.sum();
}

std::string refusal(const std::string& text, dump::CopyEnd end) {
  try {
    sumOf(text, end);
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::corrupt);
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("rows and their end are found wherever blocks end") {
  const dump::RowSum whole = sumOf("1\tBerlin\n2\tParis\\nNord\n3\t\\\\.\n");
  CHECK(whole.rows() == 3);
  for (std::size_t block = 1; block <= kCopy.size(); ++block) {
    const dump::RowSum sum = sumOf(kCopy, dump::CopyEnd::marked, block);
    REQUIRE(sum.rows() == 3);
    REQUIRE(sum.digest() == whole.digest());
  }
}

TEST_CASE("the end's mark is a row where the server tells the end") {
  CHECK(sumOf("\\.\n").rows() == 1);
  CHECK(sumOf("\n\n").rows() == 2);  // a table without columns
  CHECK(sumOf("").rows() == 0);
  CHECK(refusal("1\tBer", dump::CopyEnd::last_row) == "x: ends inside a row, after 0 rows");
  CHECK(refusal("1\n", dump::CopyEnd::marked) ==
        "x: the line that ends the rows is missing, after 1 rows");
  CHECK(refusal("1\n\\.\n2\n", dump::CopyEnd::marked) ==
        "x: something follows the end of the rows");
}

TEST_CASE("a digest of rows is the published hash, summed without regard to their order") {
  // XXH3_128bits of nothing, from the algorithm's own test values.
  CHECK(sumOf("\n").digest() == "99aa06d3014798d86001c324468d497f");
  CHECK(sumOf("").digest() == std::string(32, '0'));
  CHECK(sumOf("a\nb\n").digest() == sumOf("b\na\n").digest());
  for (const char* other : {"a\n", "a\nb\nb\n", "a\na\n", "ab\n\n", "b\nA\n", "a\tb\n\n"}) {
    CHECK(sumOf("a\nb\n").digest() != sumOf(other).digest());
  }
}

TEST_CASE("sums of parts are the sum of the whole, carry included") {
  dump::RowSum whole;
  dump::RowSum parts;
  for (int i = 0; i < 100; ++i) {
    whole.add(std::to_string(i));
    dump::RowSum part;
    part.add(std::to_string(i));
    parts += part;
  }
  CHECK(parts.rows() == 100);
  CHECK(parts.digest() == whole.digest());
  dump::RowSum carry;
  carry.add(0, ~std::uint64_t{0});
  carry.add(0, 1);
  CHECK(carry.digest() == "00000000000000010000000000000000");
}

TEST_CASE("the columns of a COPY statement are told as the table calls them") {
  using Names = std::vector<std::string>;
  CHECK(dump::copyColumns("COPY public.t (id, \"a b\", \"x\"\"), (\", \"\"\"\") FROM stdin;\n") ==
        Names{"id", "a b", "x\"), (", "\""});
  CHECK(dump::copyColumns("COPY \"my schema\".\"Odd \"\"Name\" (a) FROM stdin;\n") == Names{"a"});
  CHECK(dump::copyColumns("COPY public.nothing  FROM stdin;\n").empty());
  for (const char* wrong :
       {"", "COPY t", "COPY public.t (id FROM stdin;", "COPY public.t (id) TO x;",
        "COPY public.t (\"id) FROM stdin;", "COPY public.t () FROM stdin;",
        "COPY public.t (id) FROM stdin; DROP TABLE t;"}) {
    INFO(wrong);
    CHECK_THROWS_AS(dump::copyColumns(wrong), core::Error);
  }
}
