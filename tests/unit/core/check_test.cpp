#include "lib/core/check.hpp"

#include "tests/catch.hpp"

using core::Outcome;

TEST_CASE("of two outcomes the worse one wins, and unknown never hides a failure") {
  CHECK(core::worse(Outcome::fail, Outcome::unknown) == Outcome::fail);
  CHECK(core::worse(Outcome::unknown, Outcome::warn) == Outcome::unknown);
  CHECK(core::worse(Outcome::pass, Outcome::warn) == Outcome::warn);
  CHECK(core::worse(Outcome::skip, Outcome::pass) == Outcome::pass);
  CHECK(core::worse(Outcome::skip, Outcome::skip) == Outcome::skip);
}

TEST_CASE("outcomes have stable names") {
  CHECK(core::outcomeName(Outcome::unknown) == std::string("unknown"));
  CHECK(core::outcomeName(Outcome::pass) == std::string("pass"));
}
