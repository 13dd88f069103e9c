#include "lib/permissions/policy.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;
using permissions::parseModeRange;

TEST_CASE("a mode range says what must be and what may be", "[permissions]") {
  CHECK(parseModeRange("0640")->holds(0640));
  CHECK_FALSE(parseModeRange("0640")->holds(0644));
  const auto range = *parseModeRange("0600..0664");
  CHECK(range.holds(0600));
  CHECK(range.holds(0644));
  CHECK_FALSE(range.holds(0400));
  CHECK_FALSE(range.holds(0755));
  CHECK(range.mended(0755) == 0644);
  CHECK(range.mended(0000) == 0600);
  CHECK(range.mended(06777) == 0664);
  for (const char* bad : {"", "rw", "0689", "77777", "0664..0600", "0600..", "..0600"}) {
    CHECK_FALSE(parseModeRange(bad));
  }
}

TEST_CASE("the policies that ship are read without a complaint", "[permissions]") {
  for (const char* name : {"netbox.toml", "nautobot.toml"}) {
    const auto policy = permissions::parsePolicy(std::string(permissions::embedded(name)), name);
    CHECK(policy.rules.size() >= 5);
    CHECK_FALSE(policy.title.empty());
  }
}

TEST_CASE("every mistake in a policy is told with its line", "[permissions]") {
  const std::string text = R"(title = "x"
[[rule]]
path = "media"
files = "rw"
readers = ["everybody"]
when = "it rains"
colour = "blue"
[[rule]]
path = "/srv"
)";
  try {
    permissions::parsePolicy(text, "p.toml");
    FAIL("no complaint");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::configuration);
    const std::string what = error.what();
    CHECK_THAT(what, Contains("p.toml:3"));
    CHECK_THAT(what, Contains("octal mode"));
    CHECK_THAT(what, Contains("everybody"));
    CHECK_THAT(what, Contains("it rains"));
    CHECK_THAT(what, Contains("colour"));
    CHECK_THAT(what, Contains("asks for nothing"));
  }
}

TEST_CASE("a policy without rules would allow everything", "[permissions]") {
  CHECK_THROWS_AS(permissions::parsePolicy("title = \"x\"\n", "p.toml"), core::Error);
  CHECK_THROWS_AS(permissions::adHocPolicy({"/srv/m", "netbox", "", "rwx", "660"}), core::Error);
}
