#include "lib/step/others.hpp"

#include "tests/catch.hpp"
#include "tests/support/kinds.hpp"
#include "tests/unit/step/toy.hpp"

using support::kindOf;
using toy::goal;

namespace {

/// Three hosts: this one, db1 and web1; each a fake of its own.
struct Fleet {
  toy::House house;
  fakes::FakeHosts::Host& db = house.fake.hosts.host("db1");
  fakes::FakeHosts::Host& web = house.fake.hosts.host("web1");
  std::string accepted;
  step::Registry registry = house.registry();
  step::RunStore store{house.ports, "/state"};

  ports::World* at(const std::string& name) {
    return &house.fake.hosts.world(house.ports, {.name = name});
  }
  step::Engine engine() {
    step::LockScope scope{"toy", "toy", {}};
    scope.others = {{"web1", at("web1"), "/state"}, {"db1", at("db1"), "/state"}};
    scope.may_miss = [this](const std::string& host) { return host == accepted; };
    return step::Engine({house.ports, registry, store, house.progress, scope, "test"});
  }
  step::Run run(std::vector<step::Spec> steps) {
    return engine().run(toy::Process(house).plan(std::move(steps)), "", "");
  }
  static constexpr const char* kMarker = "/state/instances/toy/unfinished.json";
};

}  // namespace

TEST_CASE("a run locks every host, and leaves neither marker nor lock") {
  Fleet fleet;
  const step::Run run = fleet.run({goal("a")});
  CHECK(run.outcome == step::RunOutcome::done);
  for (auto* host : {&fleet.db, &fleet.web}) {
    CHECK_FALSE(host->files.info(Fleet::kMarker));
    CHECK(host->files.lock("/state/instances/toy/lock"));
  }
}

TEST_CASE("an unfinished run is marked on every host, and its journal lies on a second one") {
  Fleet fleet;
  fleet.house.facts.failing = {"b"};
  CHECK(kindOf([&] { fleet.run({goal("a"), goal("b")}); }) == "incomplete");
  CHECK(fleet.db.files.info(Fleet::kMarker));
  CHECK(fleet.web.files.info(Fleet::kMarker));
  const step::Run run = *fleet.store.list().at(0).run;
  const std::string path = "/state/runs/" + run.plan.id + "/journal.jsonl";
  CHECK(fleet.db.files.text(path) == fleet.house.fake.files.text(path));
  CHECK_FALSE(fleet.web.files.info(path));

  SECTION("on another host nobody may begin, and everybody may carry it on") {
    step::RunStore there(*fleet.at("db1"), "/state");
    CHECK(there.list().at(0).run->outcome == step::RunOutcome::unfinished);
    CHECK(kindOf([&] { step::refuseUnfinished(there, "toy", {}); }) == "locked");
  }
  SECTION("resume ends it everywhere") {
    fleet.house.facts.failing.clear();
    CHECK(fleet.engine().resume(run).outcome == step::RunOutcome::done);
    CHECK(fleet.db.files.text(path) == fleet.house.fake.files.text(path));
    CHECK_FALSE(fleet.db.files.info(Fleet::kMarker));
    CHECK_FALSE(fleet.web.files.info(Fleet::kMarker));
  }
  SECTION("a copy that knows more was carried on elsewhere") {
    fleet.db.files.append(path, "{\"type\": \"taken\"}\n", 0640);
    CHECK(kindOf([&] { fleet.engine().resume(run); }) == "locked");
  }
}

TEST_CASE("a host that is locked, or waits for another run, refuses the run everywhere") {
  Fleet fleet;
  SECTION("locked") {
    fleet.web.files.makeFolder("/state/instances/toy", 0755);
    const auto lock = fleet.web.files.lock("/state/instances/toy/lock");
    CHECK(kindOf([&] { fleet.run({goal("a")}); }) == "locked");
  }
  SECTION("unfinished") {
    fleet.web.files.put(Fleet::kMarker, "{\"run\": \"20261121T000000Z-0001\"}");
    CHECK(kindOf([&] { fleet.run({goal("a")}); }) == "locked");
  }
  CHECK(fleet.house.facts.hold.empty());
  CHECK(fleet.store.list().empty());
}

TEST_CASE("a host that can't be reached stops the run, unless it is accepted by name") {
  Fleet fleet;
  fleet.house.fake.hosts.cut("web1");
  try {
    fleet.run({goal("a")});
    FAIL("the run went on");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::unreachable);
    CHECK(error.refusal() == "unreachable-host:web1");
    CHECK_THAT(error.hint(), Catch::Contains("--accept unreachable-host:web1"));
  }
  fleet.accepted = "web1";
  CHECK(fleet.run({goal("a")}).outcome == step::RunOutcome::done);
}
