#include "lib/permissions/explain.hpp"

#include "tests/catch.hpp"
#include "tests/unit/permissions/ground.hpp"

using Catch::Matchers::Contains;

TEST_CASE("the first component that denies is marked", "[permissions]") {
  Ground ground;
  const auto person = permissions::personNamed(ground.fake.world(), "netbox");
  const auto good =
      permissions::explain(ground.fake.world(), person, "/opt/netbox/media/right.jpg", "rw");
  CHECK(good.allowed);
  CHECK(good.kernel_allowed);
  CHECK(good.components.size() == 5);

  const auto bad = permissions::explain(ground.fake.world(), person,
                                        "/opt/netbox/media/image-attachments/c.jpg", "rw");
  CHECK_FALSE(bad.allowed);
  CHECK_FALSE(bad.kernel_allowed);
  CHECK_THAT(permissions::inWords(bad, person),
             Contains("* -rw-r--r-- root:apache  /opt/netbox/media/image-attachments/c.jpg"));
}

TEST_CASE("what is not there is said", "[permissions]") {
  Ground ground;
  const auto person = permissions::personNamed(ground.fake.world(), "netbox");
  const auto none = permissions::explain(ground.fake.world(), person, "/opt/none/x", "r");
  CHECK_FALSE(none.allowed);
  CHECK_THAT(permissions::inWords(none, person), Contains("* /opt/none: nothing is there"));
}

TEST_CASE("both answers are shown where they disagree", "[permissions]") {
  Ground ground;
  ground.fake.trees.deny("/opt/netbox/media");
  const auto person = permissions::personNamed(ground.fake.world(), "netbox");
  const auto explanation =
      permissions::explain(ground.fake.world(), person, "/opt/netbox/media/right.jpg", "rw");
  CHECK(explanation.allowed);
  CHECK_FALSE(explanation.kernel_allowed);
  CHECK_THAT(permissions::inWords(explanation, person), Contains("both disagree"));
}
