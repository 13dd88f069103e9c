#include "lib/permissions/audit.hpp"

#include <algorithm>

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/permissions/ground.hpp"

using Catch::Matchers::Contains;
using permissions::Finding;

namespace {

std::vector<Finding> ofKind(const permissions::Audit& audit, Finding::Kind kind) {
  std::vector<Finding> found;
  std::copy_if(audit.findings.begin(), audit.findings.end(), std::back_inserter(found),
               [&](const Finding& finding) { return finding.kind == kind; });
  return found;
}

}  // namespace

TEST_CASE("what a restore as root left is told once for each folder", "[permissions]") {
  Ground ground;
  const auto audit = permissions::audit(ground.site, ground.media());
  CHECK(audit.files == 4);
  CHECK(audit.folders == 3);
  const auto attributes = ofKind(audit, Finding::Kind::attributes);
  REQUIRE(attributes.size() == 5);
  CHECK(attributes.front().place == "/opt/netbox/media/devicetype-images");
  CHECK(attributes.front().found == "owner root:root");
  CHECK(attributes.front().wanted == "owner netbox:netbox");
  const auto access = ofKind(audit, Finding::Kind::access);
  REQUIRE(access.size() == 2);
  CHECK_THAT(access[0].found, Contains("other::r-x decides"));
  CHECK_THAT(access[0].who, Contains("process 4711"));
}

TEST_CASE("a change is what differs and nothing else", "[permissions]") {
  Ground ground;
  std::map<std::string, ports::AttributeChange> changes;
  permissions::walkThrough(ground.site, ground.media(),
                           [&](const std::string& root, const ports::AttributeChange& change) {
                             CHECK(root == "/opt/netbox/media");
                             changes[change.path] = change;
                           });
  REQUIRE(changes.size() == 5);
  CHECK_FALSE(changes.contains("right.jpg"));
  CHECK_FALSE(changes.contains(""));
  CHECK(changes.at("devicetype-images/a.png").to.mode == 0644);
  CHECK(changes.at("devicetype-images/b.png").to.mode == 0644);
  CHECK(changes.at("image-attachments").to.uid == 990);
  CHECK(changes.at("image-attachments").to.mode == 0775);
}

TEST_CASE("what the kernel denies against the attributes is a finding", "[permissions]") {
  Ground ground;
  ground.fake.trees.deny("/opt/netbox/media");
  const auto found = ofKind(permissions::audit(ground.site, ground.media()), Finding::Kind::kernel);
  REQUIRE_FALSE(found.empty());
  CHECK_THAT(found.front().found, Contains("read-only"));
  CHECK(found.front().outcome == core::Outcome::fail);
}

TEST_CASE("a folder above that can't be entered is named", "[permissions]") {
  Ground ground;
  ground.fake.trees.at("/opt/netbox").mode = 0700;
  const auto audit = permissions::audit(ground.site, ground.media());
  const auto access = ofKind(audit, Finding::Kind::access);
  REQUIRE(access.size() == 1);
  CHECK(access.front().place == "/opt/netbox");
}

TEST_CASE("later rules win, one field after the other", "[permissions]") {
  Ground ground;
  const auto expectations = ground.resolved(R"(
[[rule]]
path = "{media}/**"
owner = "root"
files = "0600"
[[rule]]
path = "{media}/*.jpg"
owner = "netbox"
)");
  std::map<std::string, ports::AttributeChange> changes;
  permissions::walkThrough(ground.site, expectations,
                           [&](const std::string&, const ports::AttributeChange& change) {
                             changes[change.path] = change;
                           });
  CHECK(changes.at("right.jpg").to.uid == 990);
  CHECK(changes.at("right.jpg").to.mode == 0600);
  CHECK(changes.at("").to.uid == 0);
}

TEST_CASE("secrets are kept from others", "[permissions]") {
  Ground ground;
  ground.facts.people.all.push_back({"web", "apache", {48, 48, {}}, 80, "apache2"});
  const std::string rules = R"(
[[rule]]
path = "{media}/right.jpg"
kept_from = ["web"]
)";
  CHECK(permissions::audit(ground.site, ground.resolved(rules)).findings.empty());
  ground.fake.trees.at("/opt/netbox/media/right.jpg").mode = 0644;
  const auto audit = permissions::audit(ground.site, ground.resolved(rules));
  REQUIRE(audit.findings.size() == 1);
  CHECK(audit.findings.front().kind == Finding::Kind::exposed);
}

TEST_CASE("several hard links are told and left alone", "[permissions]") {
  Ground ground;
  ground.fake.trees.linkTwice("/opt/netbox/media/devicetype-images/a.png");
  int changes = 0;
  const auto audit = permissions::walkThrough(
      ground.site, ground.media(),
      [&](const std::string&, const ports::AttributeChange&) { ++changes; });
  CHECK(changes == 4);
  CHECK(ofKind(audit, Finding::Kind::unmendable).size() == 1);
}

TEST_CASE("what can't be looked at is unknown", "[permissions]") {
  Ground ground;
  ground.fake.trees.hide("/opt/netbox/media/image-attachments");
  const auto missed =
      ofKind(permissions::audit(ground.site, ground.media()), Finding::Kind::missed);
  REQUIRE(missed.size() == 1);
  CHECK(missed.front().outcome == core::Outcome::unknown);
}

TEST_CASE("an empty selection never means all", "[permissions]") {
  Ground ground;
  CHECK_THROWS_AS(permissions::audit(ground.site, ground.resolved(R"(
[[rule]]
path = "/opt/none/**"
owner = "netbox"
)")),
                  core::Error);
  for (const char* path : {"/**", "/etc/**", "/var/lib", "/usr/bin/x"}) {
    CHECK_THROWS_AS(
        ground.resolved(std::string("[[rule]]\npath = \"") + path + "\"\nowner = \"netbox\"\n"),
        core::Error);
  }
  CHECK_THROWS_AS(ground.resolved("[[rule]]\npath = \"/srv/x\"\nowner = \"nobody-here\"\n"),
                  core::Error);
}

TEST_CASE("a sticky folder lets its users delete only what is theirs", "[permissions]") {
  Ground ground;
  ground.fake.trees.folder("/opt/netbox/media/shared", 01777, 0, 0);
  const auto audit = permissions::audit(ground.site, ground.resolved(R"(
[[rule]]
path = "{media}/shared"
writers = ["application"]
)"));
  REQUIRE(audit.findings.size() == 1);
  CHECK_THAT(audit.findings[0].found, Contains("delete") && Contains("sticky"));
}

TEST_CASE("a number that nobody here has is told", "[permissions]") {
  Ground ground;
  ground.fake.trees.addAccount("backup", {34, 34, {}});
  ground.fake.trees.file("/opt/netbox/media/moved.jpg", 0640, 1234, 990);
  ground.fake.trees.file("/opt/netbox/media/taken.jpg", 0640, 34, 990);
  const auto found =
      ofKind(permissions::audit(ground.site, ground.media()), Finding::Kind::attributes);
  const auto says = [&](const char* words) {
    return std::any_of(found.begin(), found.end(), [&](const Finding& one) {
      return one.found.find(words) != std::string::npos;
    });
  };
  CHECK(says("no account here has this number"));
  CHECK(says("number 34 is this account's here"));
}
