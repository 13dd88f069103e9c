#include "lib/core/time.hpp"

#include "tests/catch.hpp"

using namespace std::chrono_literals;

TEST_CASE("a time survives being written and read") {
  const core::Time time{1795230012345678us};
  CHECK(core::formatUtc(time) == "2026-11-21T03:00:12.345678Z");
  CHECK(core::parseUtc("2026-11-21T03:00:12.345678Z") == time);
  CHECK(core::compactUtc(time) == "20261121T030012Z");
  CHECK_FALSE(core::parseUtc("2026-11-21 03:00:12"));
}

TEST_CASE("a duration needs a unit") {
  CHECK(core::parseDuration("1h30min") == core::Duration(90min));
  CHECK(core::parseDuration("250ms") == core::Duration(250ms));
  CHECK_FALSE(core::parseDuration("90"));
  CHECK_FALSE(core::parseDuration("soon"));
  CHECK_FALSE(core::parseDuration(""));
}
