#include "lib/permissions/repaired.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/permissions/ground.hpp"

using permissions::Repaired;

namespace {

struct Repair : Ground {
  core::NoProgress nobody;
  step::Registry registry;
  config::Instance instance;
  step::Spec spec =
      permissions::repairStep({}, "/opt/netbox/media", media(), "/state/changes.jsonl");

  Repair() {
    fake.files.makeFolder("/state", 0700);
    permissions::registerSteps(registry, fake.world(), instance);
  }
  std::unique_ptr<step::Step> make() { return registry.make(spec); }
};

}  // namespace

TEST_CASE("a repair makes it right, and its way back makes it as it was", "[permissions]") {
  Repair repair;
  auto step = repair.make();
  CHECK(step->observe(nullptr).verdict == step::Verdict::needed);
  CHECK(step->observe(nullptr).check.found == "3 files and 2 folders differ");
  const core::Json before = step->before();
  CHECK(repair.fake.files.info("/state/changes.jsonl")->mode == 0600);
  step->apply(before, repair.nobody);
  CHECK(step->results().at("changed") == 5);
  CHECK(step->observe(&before).verdict == step::Verdict::satisfied);
  CHECK(repair.fake.trees.at("/opt/netbox/media/image-attachments").uid == 990);

  SECTION("the way back") {
    auto back = repair.registry.make(step->compensation(before, step::Purpose::undo).spec);
    CHECK(back->observe(nullptr).verdict == step::Verdict::needed);
    const core::Json again = back->before();
    back->apply(again, repair.nobody);
    CHECK(back->observe(&again).verdict == step::Verdict::satisfied);
    CHECK(repair.fake.trees.at("/opt/netbox/media/image-attachments").uid == 0);
    CHECK(repair.fake.trees.at("/opt/netbox/media/devicetype-images/b.png").mode == 0755);
  }
  SECTION("what somebody changed meanwhile is left alone on the way back") {
    repair.fake.trees.at("/opt/netbox/media/image-attachments").uid = 4;
    auto back = repair.registry.make(step->compensation(before, step::Purpose::undo).spec);
    const core::Json again = back->before();
    back->apply(again, repair.nobody);
    CHECK(back->results().at("changed_meanwhile") == 1);
    CHECK(back->observe(&again).check.outcome == core::Outcome::warn);
    CHECK(repair.fake.trees.at("/opt/netbox/media/image-attachments").uid == 4);
  }
  SECTION("a mode that somebody changed meanwhile is left alone, too") {
    repair.fake.trees.at("/opt/netbox/media/image-attachments").mode = 0711;
    auto back = repair.registry.make(step->compensation(before, step::Purpose::undo).spec);
    const core::Json again = back->before();
    back->apply(again, repair.nobody);
    CHECK(back->observe(&again).check.outcome == core::Outcome::warn);
    CHECK(repair.fake.trees.at("/opt/netbox/media/image-attachments").mode == 0711);
  }
  SECTION("another list than the journal means is refused") {
    repair.fake.files.replace("/state/changes.jsonl", "", 0600);
    CHECK_THROWS_AS(repair.make()->observe(&before), core::Error);
  }
}

TEST_CASE("what could not be looked at is not called right", "[permissions]") {
  Repair repair;
  for (const char* name : {"devicetype-images", "image-attachments"}) {
    repair.fake.trees.at(std::string("/opt/netbox/media/") + name) = {ports::FileType::folder, 0755,
                                                                      990, 990};
    repair.fake.trees.hide(std::string("/opt/netbox/media/") + name);
  }
  CHECK(repair.make()->observe(nullptr).verdict == step::Verdict::unknown);
}

TEST_CASE("already right is proven by a walk", "[permissions]") {
  Repair repair;
  auto step = repair.make();
  const core::Json before = step->before();
  step->apply(before, repair.nobody);
  CHECK(repair.make()->observe(nullptr).verdict == step::Verdict::satisfied);
  CHECK(repair.fake.trees.changes() == 5);
}

TEST_CASE("a repair that was cut short goes on where it stopped", "[permissions]") {
  Repair repair;
  auto step = repair.make();
  const core::Json before = step->before();
  repair.fake.trees.at("/opt/netbox/media/image-attachments") = {ports::FileType::folder, 0775, 990,
                                                                 990};
  auto later = repair.make();
  CHECK(later->observe(&before).verdict == step::Verdict::needed);
  later->apply(before, repair.nobody);
  CHECK(later->results().at("already") == 1);
  CHECK(later->observe(&before).verdict == step::Verdict::satisfied);
}

TEST_CASE("a list of changes comes back as it was, whatever the names", "[permissions]") {
  permissions::Changes changes;
  changes.push_back({"a b\n\xff%\"\\",
                     1,
                     2,
                     {ports::FileType::file, 0644, 0, 0, "\x02\x00x", ""},
                     {ports::FileType::file, 0600, 1, 1}});
  changes.push_back({"", 1, 3, {ports::FileType::folder, 0755, 0, 0}, {ports::FileType::folder}});
  const auto back = permissions::changesFromLines(permissions::toLines(changes));
  REQUIRE(back.size() == 2);
  CHECK(back[0].path == changes[0].path);
  CHECK(back[0].from == changes[0].from);
  CHECK(back[1].to == changes[1].to);
  CHECK_THROWS_AS(permissions::changesFromLines("[7,1,2,\"x\"]\n"), core::Error);
  CHECK_THROWS_AS(permissions::changesFromLines("{\"from\":1}\n"), core::Error);
}

TEST_CASE("arguments of the wrong shape are corrupt, and the system's folders refused",
          "[permissions]") {
  Repair repair;
  repair.spec.arguments.erase("rules");
  CHECK_THROWS_AS(repair.make(), core::Error);
  Repair system;
  system.spec.arguments["root"] = "/etc";
  CHECK_THROWS_AS(system.make(), core::Error);
}
