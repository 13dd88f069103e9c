#include "lib/permissions/people.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

TEST_CASE("who a process is, as the kernel tells it", "[permissions]") {
  const ports::Identity identity = permissions::parseIdentity(
      "Name:\tgunicorn\nUid:\t0\t990\t990\t990\nGid:\t33\t991\t991\t991\nGroups:\t33 44 \n");
  CHECK(identity == ports::Identity{990, 991, {33, 44}});
  CHECK_THROWS_AS(permissions::parseIdentity("Name:\tx\n"), core::Error);
}
