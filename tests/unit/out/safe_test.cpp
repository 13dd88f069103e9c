#include "lib/out/safe.hpp"

#include "tests/catch.hpp"

using out::safe;

TEST_CASE("what steers a terminal is shown and not sent") {
  CHECK(safe("a\tb\nc\n", false) == "a\tb\nc\n");
  CHECK(safe("\x1b]0;title\x07 x", false) == "\\x1b]0;title\\x07 x");
  CHECK(safe("\x1b[2Jx", true) == "\\x1b[2Jx");
  CHECK(safe("over\rwritten", true) == "over\\x0dwritten");
  CHECK(safe("\xc2\x9b"
             "2J",
             true) == "\\xc2\\x9b2J");
  CHECK(safe("\xff", false) == "\\xff");
  CHECK(safe("Z\u00fcrich \u20ac", false) == "Z\u00fcrich \u20ac");
}

TEST_CASE("colours stay where colours are wanted") {
  CHECK(safe("\x1b[1;31mred\x1b[0m", true) == "\x1b[1;31mred\x1b[0m");
  CHECK(safe("\x1b[31mred", false) == "\\x1b[31mred");
  CHECK(safe("\x1b[31", true) == "\\x1b[31");
}
