#include "lib/out/output.hpp"

#include <sstream>

#include "tests/catch.hpp"

namespace {

struct Said {
  std::ostringstream out;
  std::ostringstream err;
};

}  // namespace

TEST_CASE("data goes to standard output, the rest to standard error") {
  Said said;
  out::Output output({}, said.out, said.err);
  output.note("a note");
  output.warn("a warning");
  output.detail("a detail");
  output.result({{"rows", 3}}, "3 rows\n");
  CHECK(said.out.str() == "3 rows\n");
  CHECK(said.err.str() == "a note\na warning\n");
  REQUIRE(output.lastResult());
  CHECK(output.lastResult()->document["rows"] == 3);
}

TEST_CASE("JSON output is the document alone") {
  Said said;
  out::Output output({out::Format::json}, said.out, said.err);
  output.result({{"rows", 3}}, "3 rows\n");
  CHECK(said.out.str() == "{\n  \"rows\": 3\n}\n");
}

TEST_CASE("a name that is no UTF-8 does not cost the document") {
  Said said;
  out::Output output({out::Format::json}, said.out, said.err);
  output.result({{"name", "a\xff"}}, "");
  CHECK(said.out.str() == "{\n  \"name\": \"a\uFFFD\"\n}\n");
}

TEST_CASE("quiet keeps warnings and results, verbose adds details") {
  Said quiet;
  out::Output silent({out::Format::text, true}, quiet.out, quiet.err);
  silent.note("a note");
  silent.warn("a warning");
  silent.result({}, "3 rows\n");
  CHECK(quiet.err.str() == "a warning\n");
  CHECK(quiet.out.str() == "3 rows\n");

  Said loud;
  out::Output detailed({out::Format::text, false, 1}, loud.out, loud.err);
  detailed.detail("a detail");
  CHECK(loud.err.str() == "a detail\n");
}
