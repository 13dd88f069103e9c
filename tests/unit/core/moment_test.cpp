#include "lib/core/moment.hpp"

#include <cstdlib>
#include <ctime>

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/support/kinds.hpp"

namespace {

/// Another time zone while a test runs.
class Zone {
 public:
  explicit Zone(const char* zone) {
    if (const char* was = std::getenv("TZ")) before_ = was;
    setenv("TZ", zone, 1);
    tzset();
  }
  ~Zone() {
    if (before_.empty()) {
      unsetenv("TZ");
    } else {
      setenv("TZ", before_.c_str(), 1);
    }
    tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

 private:
  std::string before_;
};

// Without the zone database: it need not be installed.
constexpr const char* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";

std::string moment(const std::string& text) {
  return core::formatUtc(core::parseMoment(text)).substr(0, 19);
}

std::string refusal(const std::string& text) {
  return support::kindOf([&] { core::parseMoment(text); });
}

}  // namespace

TEST_CASE("a moment is read as local time, or as what its zone says") {
  const Zone zone(kBerlin);
  CHECK(moment("2026-11-21T04:00:12") == "2026-11-21T03:00:12");
  CHECK(moment("2026-11-21 04:00") == "2026-11-21T03:00:00");
  CHECK(moment("2026-07-21 04:00") == "2026-07-21T02:00:00");
  CHECK(moment("2026-11-21") == "2026-11-20T23:00:00");
  CHECK(moment("2026-11-21T04:00Z") == "2026-11-21T04:00:00");
  CHECK(moment("2026-11-21 04:00:12+05:30") == "2026-11-20T22:30:12");
  CHECK(moment("2026-11-21T04:00-01:00") == "2026-11-21T05:00:00");
}

TEST_CASE("what is no time, or two of them, is refused") {
  const Zone zone(kBerlin);
  for (const char* wrong :
       {"", "yesterday", "2026-11-31", "2026-13-01", "2026-11-21T25:00", "2026-11-21T04:00X",
        "2026-11-21Z", "2026-11-21T04:00+1", "2026-11-21T04:00+99:00", "04:00", "2026-11-21T"}) {
    INFO(wrong);
    CHECK(refusal(wrong) == "usage");
  }
  CHECK(refusal("2026-10-25 02:30") == "usage");  // twice
  CHECK(refusal("2026-03-29 02:30") == "usage");  // never
  CHECK(refusal("2026-10-25T00:30Z") == "no error");
}
