#include "commands/values.hpp"

#include "tests/catch.hpp"

TEST_CASE("sizes are decimal or binary by their unit") {
  CHECK(commands::parseSize("4096") == 4096);
  CHECK(commands::parseSize("17B") == 17);
  CHECK(commands::parseSize("100MB") == 100'000'000);
  CHECK(commands::parseSize("2GiB") == 2'147'483'648);
  CHECK(commands::parseSize("0") == 0);
}

TEST_CASE("what is no size is refused, also where it would not fit") {
  for (const char* text :
       {"", "MB", "-1", "1.5GB", "1 GB", "1mb", "99999999999999999999", "99999999999TiB"}) {
    CAPTURE(text);
    CHECK_FALSE(commands::parseSize(text));
  }
}

TEST_CASE("whole numbers only") {
  CHECK(commands::parseNumber("-4") == -4);
  CHECK_FALSE(commands::parseNumber("4x"));
  CHECK_FALSE(commands::parseNumber(""));
  CHECK_FALSE(commands::parseNumber("99999999999"));
}
