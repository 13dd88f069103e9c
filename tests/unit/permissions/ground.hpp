#pragma once

#include "lib/permissions/expectation.hpp"
#include "lib/permissions/place.hpp"
#include "tests/fakes/world.hpp"

/// The tree that a restore by root leaves behind: media of netbox (990), with a folder of root's
/// and one of root:apache.
struct Ground {
  fakes::FakeWorld fake;
  permissions::Site site{fake.world()};
  permissions::Facts facts;

  Ground() {
    fakes::FakeTrees& trees = fake.trees;
    trees.addAccount("netbox", {990, 990, {}});
    trees.addAccount("apache", {48, 48, {}});
    trees.folder("/opt", 0755);
    trees.folder("/opt/netbox", 0755);
    trees.folder("/opt/netbox/media", 0755, 990, 990);
    trees.folder("/opt/netbox/media/devicetype-images", 0755);
    trees.file("/opt/netbox/media/devicetype-images/a.png", 0644);
    trees.file("/opt/netbox/media/devicetype-images/b.png", 0755);
    trees.folder("/opt/netbox/media/image-attachments", 0775, 0, 48);
    trees.file("/opt/netbox/media/image-attachments/c.jpg", 0644, 0, 48);
    trees.file("/opt/netbox/media/right.jpg", 0640, 990, 990);
    facts.media = "/opt/netbox/media";
    facts.people.all = {{"application", "netbox", {990, 990, {}}, 4711, "netbox"}};
  }

  permissions::Expectations resolved(const std::string& rules) {
    return permissions::resolve(
        fake.world(), permissions::parsePolicy("title = \"test\"\n" + rules, "test.toml"), facts);
  }
  permissions::Expectations media() {
    return resolved(R"(
[[rule]]
path = "{media}/**"
owner = "{application}"
group = "netbox"
folders = "0700..2775"
files = "0600..0664"
writers = ["application"]
why = "uploads"
)");
  }
};
