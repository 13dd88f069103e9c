#include "lib/out/output.hpp"
#include "tests/catch.hpp"

TEST_CASE("a table aligns by display width and leaves no trailing blanks") {
  out::Table table({"SITE", "ROWS", "NOTE"});
  table.alignRight(1);
  table.add({"Zürich", "7", "first"});
  table.add({"東京", "1,234", ""});
  CHECK(table.text() ==
        "SITE     ROWS  NOTE\n"
        "Zürich      7  first\n"
        "東京    1,234\n");
}

TEST_CASE("a table without heads has no line for them, and short rows are filled") {
  out::Table table({"", ""});
  table.add({"a"});
  table.add({"bbb", "c"});
  CHECK(table.text() == "a\nbbb  c\n");
}

TEST_CASE("paint changes nothing without colour") {
  CHECK(out::paint(out::Paint::bad, "fail", false) == "fail");
  CHECK(out::paint(out::Paint::bad, "fail", true) == "\x1b[31mfail\x1b[0m");
  CHECK(out::paint(out::Paint::good, "", true).empty());
}
