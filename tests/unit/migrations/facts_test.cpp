#include "lib/migrations/facts.hpp"

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/migrations/release_number.hpp"
#include "lib/migrations/requirements.hpp"
#include "tests/catch.hpp"
#include "tests/unit/migrations/sample_code.hpp"
#include "tests/unit/migrations/shared_data.hpp"

using migrations::Code;
using migrations::Facts;
using migrations::Key;
using migrations::Migration;
using migrations::ReleaseNumber;

namespace {

std::vector<std::string> kinds(const Migration& migration) {
  std::vector<std::string> all;
  for (const auto& operation : migration.operations) all.push_back(operation.kind);
  return all;
}

std::vector<Key> keysIn(const core::Json& json) {
  std::vector<Key> keys;
  for (const auto& one : json) {
    if (one[0] == "__setting__") {
      keys.push_back({"__setting__", "AUTH_USER_MODEL"});
    } else {
      keys.push_back({one[0], one[1]});
    }
  }
  return keys;
}

/// Every migration of every release, against facts that somebody else read.
void compare(const Facts& facts, const core::Json& json) {
  const auto& definitions = json["migrations"];
  std::set<std::size_t> there;
  REQUIRE(facts.releases().size() == json["releases"].size());
  std::size_t compared = 0;
  for (std::size_t i = 0; i < facts.releases().size(); ++i) {
    const auto& release = json["releases"][i];
    REQUIRE(facts.releases()[i].number == release["release"]);
    for (const auto& one : release["remove"]) there.erase(one.get<std::size_t>());
    for (const auto& one : release["add"]) there.insert(one.get<std::size_t>());
    const auto& own = facts.releases()[i].definitions;
    REQUIRE(own.size() == there.size());
    if (release["add"].empty() && release["remove"].empty()) continue;
    const Code code = facts.code(i);
    for (const std::size_t number : there) {
      const auto& wanted = definitions[number];
      const Migration* found = code.find({wanted["app"], wanted["name"]});
      REQUIRE(found != nullptr);
      const bool same = found->dependencies == keysIn(wanted["dependencies"]) &&
                        found->replaces == keysIn(wanted["replaces"]) &&
                        found->run_before == keysIn(wanted["run_before"]) &&
                        found->atomic == wanted["atomic"] &&
                        kinds(*found) == wanted["operations"].get<std::vector<std::string>>();
      INFO(found->key.inWords() << " of " << code.version);
      REQUIRE(same);
      ++compared;
    }
  }
  CHECK(compared > 5000);
}

}  // namespace

TEST_CASE("the compiled-in facts of every release are those that were read from it") {
  for (const char* product : {"netbox", "nautobot"}) {
    const auto text = sharedData("the compiled-in facts of every release",
                                 std::string(product) + "/migrations/all-releases.json");
    if (!text) return;
    compare(Facts::of(product == std::string("netbox") ? config::Product::netbox
                                                       : config::Product::nautobot),
            core::Json::parse(*text));
  }
}

TEST_CASE("releases are found by number, and what is near one that is none") {
  const Facts& facts = Facts::of(config::Product::netbox);
  CHECK(facts.releases().size() == 291);
  CHECK(facts.releases()[*facts.find("v4.0.1")].number == "4.0.1");
  CHECK_FALSE(facts.find("4.0.4"));
  CHECK_FALSE(facts.find("latest"));
  CHECK(facts.like("4.0.99").front() == "4.0.11");
  const auto life = facts.lifetime({"dcim", "0182_zero_length_cable_fix"});
  REQUIRE(life);
  CHECK(facts.releases()[life->first].number == "3.6.8");
  CHECK(facts.releases()[life->second].number == "3.7.8");
  CHECK(facts.code(*facts.find("4.0.0")).user_model == "users.User");
  CHECK(facts.code(*facts.find("3.7.8")).user_model == "auth.User");
}

TEST_CASE("release numbers are ordered, pre-releases before their release") {
  CHECK(ReleaseNumber("3.10") > ReleaseNumber("3.9.12"));
  CHECK(ReleaseNumber("4.7.0-beta1") < ReleaseNumber("4.7.0"));
  CHECK(ReleaseNumber("4.7.0rc1") > ReleaseNumber("4.7.0-beta1"));
  CHECK(ReleaseNumber("1.2") == ReleaseNumber("v1.2.0"));
  CHECK(ReleaseNumber("4.2.9-docker") == ReleaseNumber("4.2.9"));
  CHECK_FALSE(ReleaseNumber("main").valid());
}

TEST_CASE("requirements say what is too old and too new") {
  const auto needed = migrations::requirementsOf(config::Product::netbox, "4.0.1");
  REQUIRE(needed);
  CHECK(needed->inWords() == "Python 3.10 to 3.12, PostgreSQL 12 or later, Redis 4.0 or later");
  CHECK(unmet(*needed, {"3.9.2", "11.4", ""}) ==
        "Python 3.10 is needed, 3.9.2 is there, PostgreSQL 12 is needed, 11.4 is there");
  CHECK(unmet(*needed, {"3.13.0", "", ""}) == "Python up to 3.12 is supported, 3.13.0 is there");
  CHECK(unmet(*needed, {"3.12.9", "15", "7.0"}).empty());
  CHECK_FALSE(migrations::requirementsOf(config::Product::netbox, "1.9"));
}

TEST_CASE("a table of another shape is refused with the line") {
  for (const char* table :
       {"what", "name\ta\t1\ndef\t9\t1\t\t\t\t", "name\tb\t1\nname\ta\t1\ndef\t0\t1\t\t\t\t",
        "name\ta\t1\ndef\t0\t1\t0-99999999\t\t\t", "rel\t1.0\t\t\t0\t"}) {
    CHECK_THROWS_AS(Facts(table), core::Error);
  }
}
