#include "lib/out/width.hpp"

#include "tests/catch.hpp"

TEST_CASE("display width counts columns, not bytes") {
  CHECK(out::displayWidth("") == 0);
  CHECK(out::displayWidth("netbox") == 6);
  CHECK(out::displayWidth("Zürich") == 6);
  CHECK(out::displayWidth("東京") == 4);
  CHECK(out::displayWidth("e\u0301") == 1);
  CHECK(out::displayWidth("\U0001F600") == 2);
}

TEST_CASE("colour codes take no columns, other escapes do") {
  CHECK(out::displayWidth("\x1b[31mbad\x1b[0m") == 3);
  CHECK(out::displayWidth("\x1b[2K") == 4);
}

TEST_CASE("bytes that are no UTF-8 count one each") {
  CHECK(out::displayWidth("\xff\xfe") == 2);
  CHECK(out::displayWidth("a\xc3") == 2);
  CHECK(out::displayWidth("\xe6\x9d") == 2);
}
