#include "lib/permissions/pattern.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using permissions::Pattern;

namespace {

bool matches(const std::string& pattern, const std::string& path) {
  const Pattern one(pattern);
  return one.matches(one.after(path));
}

}  // namespace

TEST_CASE("a pattern is for the paths that it says", "[permissions]") {
  CHECK(matches("/srv/media", "/srv/media"));
  CHECK_FALSE(matches("/srv/media", "/srv/media/a"));
  CHECK(matches("/srv/media/**", "/srv/media"));
  CHECK(matches("/srv/media/**", "/srv/media/a/b/c"));
  CHECK_FALSE(matches("/srv/media/**", "/srv/mediathek"));
  CHECK(matches("/srv/*/x", "/srv/a/x"));
  CHECK_FALSE(matches("/srv/*/x", "/srv/a/b/x"));
  CHECK(matches("/srv/**/*.py", "/srv/a/b/x.py"));
  CHECK(matches("/srv/**/*.py", "/srv/x.py"));
  CHECK_FALSE(matches("/srv/**/*.py", "/srv/x.pyc"));
  CHECK(matches("/**", "/anything/at/all"));
}

TEST_CASE("wildcards in one component", "[permissions]") {
  CHECK(permissions::fits("*", ""));
  CHECK(permissions::fits("a*c?e", "abbbcde"));
  CHECK_FALSE(permissions::fits("a*c?e", "abbbcd"));
  CHECK(permissions::fits("*.toml*", "x.toml.bak"));
  CHECK_FALSE(permissions::fits("", "x"));
}

TEST_CASE("a walk knows where nothing can match any more", "[permissions]") {
  const Pattern pattern("/srv/*/x");
  CHECK(pattern.alive(pattern.after("/srv")));
  CHECK(pattern.alive(pattern.after("/srv/a")));
  CHECK_FALSE(pattern.alive(pattern.after("/srv/a/x")));
  CHECK_FALSE(pattern.alive(pattern.after("/etc")));
  CHECK(pattern.base() == "/srv");
  CHECK(Pattern("/srv/media/**").base() == "/srv/media");
}

TEST_CASE("a pattern that leads out of itself is refused", "[permissions]") {
  CHECK_THROWS_AS(Pattern("media/**"), core::Error);
  CHECK_THROWS_AS(Pattern("/srv/../etc"), core::Error);
  CHECK_THROWS_AS(Pattern(""), core::Error);
}
