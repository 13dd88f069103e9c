#include "lib/step/engine.hpp"

#include "tests/catch.hpp"
#include "tests/unit/step/toy.hpp"

using toy::bracket;
using toy::goal;
using Log = std::vector<std::string>;

namespace {

core::Kind kindOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const core::Error& error) {
    return error.kind();
  }
  FAIL("nothing was thrown");
  return core::Kind::unexpected;
}

std::vector<step::Spec> nested() {
  return {goal("a"), bracket("outer", {goal("b"), bracket("inner", {goal("c")})}), goal("d")};
}

}  // namespace

TEST_CASE("steps are done in order, brackets around what needs them") {
  toy::House house;
  toy::Process process(house);
  const step::Run run = process.engine.run(process.plan(nested()), "why", "T1");
  CHECK(run.outcome == step::RunOutcome::done);
  CHECK(house.facts.log == Log{"make a", "open outer", "make b", "open inner", "make c",
                               "close inner", "close outer", "make d"});
  CHECK_FALSE(process.store.marker("toy"));
}

TEST_CASE("what holds already is left alone, and its bracket stays closed") {
  toy::House house;
  house.facts.hold = {"a", "b", "c", "d"};
  toy::Process process(house);
  process.engine.run(process.plan(nested()), "", "");
  CHECK(house.facts.log.empty());
}

TEST_CASE("a blocked inner step is refused before its bracket is opened") {
  toy::House house;
  house.facts.blocked = {"c"};
  toy::Process process(house);
  CHECK(kindOf([&] {
          process.engine.run(process.plan({bracket("outer", {goal("c")})}), "", "");
        }) == core::Kind::refused);
  CHECK(house.facts.log.empty());
  CHECK_FALSE(process.store.marker("toy"));
  CHECK(process.store.list().front().run->outcome == step::RunOutcome::failed_unchanged);
}

TEST_CASE("an unknown step stops the run as undetermined") {
  toy::House house;
  house.facts.unknown = {"a"};
  toy::Process process(house);
  CHECK(kindOf([&] { process.engine.run(process.plan({goal("a")}), "", ""); }) ==
        core::Kind::undetermined);
}

TEST_CASE("a step that fails closes the brackets and leaves the run for resume or abort") {
  toy::House house;
  house.facts.failing = {"c"};
  toy::Process process(house);
  CHECK(kindOf([&] { process.engine.run(process.plan(nested()), "", ""); }) ==
        core::Kind::incomplete);
  CHECK(house.facts.hold == std::set<std::string>{"a", "b"});
  REQUIRE(process.store.marker("toy"));

  SECTION("another changing run is locked out") {
    CHECK(kindOf([&] { process.engine.run(process.plan({goal("x")}), "", ""); }) ==
          core::Kind::locked);
  }
  SECTION("resume completes it once the cause is gone") {
    house.facts.failing.clear();
    house.facts.log.clear();
    toy::Process other(house);
    const step::Run run = other.store.list().front().run.value();
    CHECK(other.engine.resume(run).outcome == step::RunOutcome::done);
    CHECK(house.facts.hold == std::set<std::string>{"a", "b", "c", "d"});
    CHECK(house.facts.log ==
          Log{"open outer", "open inner", "make c", "close inner", "close outer", "make d"});
  }
  SECTION("abort takes it back to the beginning") {
    toy::Process other(house);
    const step::Run run = other.store.list().front().run.value();
    CHECK(other.engine.abort(run).outcome == step::RunOutcome::aborted);
    CHECK(house.facts.hold.empty());
    CHECK_FALSE(other.store.marker("toy"));
  }
}

TEST_CASE("a step that lies is not believed") {
  toy::House house;
  house.facts.lying = {"a"};
  toy::Process process(house);
  CHECK(kindOf([&] { process.engine.run(process.plan({goal("a")}), "", ""); }) ==
        core::Kind::incomplete);
}

TEST_CASE("a failure takes everything back where the plan says so") {
  toy::House house;
  house.facts.failing = {"d"};
  toy::Process process(house);
  CHECK(kindOf([&] { process.engine.run(process.plan(nested(), true), "", ""); }) ==
        core::Kind::unreachable);
  CHECK(house.facts.hold.empty());
  CHECK_FALSE(process.store.marker("toy"));
  CHECK(process.store.list().front().run->outcome == step::RunOutcome::aborted);
}

TEST_CASE("what is taken back inside a bracket is taken back before the bracket closes") {
  toy::House house;
  house.facts.failing = {"c"};
  toy::Process process(house);
  CHECK(kindOf([&] { process.engine.run(process.plan(nested(), true), "", ""); }) ==
        core::Kind::unreachable);
  CHECK(house.facts.log == Log{"make a", "open outer", "make b", "open inner", "make c",
                               "close inner", "clear b", "close outer", "clear a"});
  CHECK(house.facts.hold.empty());
}

TEST_CASE("past the point of no return a failure is not taken back, and resume goes forward") {
  toy::House house;
  house.facts.final = {"b"};
  house.facts.failing = {"c"};
  toy::Process process(house);
  CHECK(kindOf([&] { process.engine.run(process.plan(nested(), true), "", ""); }) ==
        core::Kind::incomplete);
  CHECK(house.facts.hold == std::set<std::string>{"a", "b"});
  house.facts.failing.clear();
  toy::Process other(house);
  CHECK(other.engine.resume(other.store.list().front().run.value()).outcome ==
        step::RunOutcome::done);
  CHECK(house.facts.hold == std::set<std::string>{"a", "b", "c", "d"});
}

TEST_CASE("a bracket that does not close makes the run incomplete") {
  toy::House house;
  house.facts.failing = {"close outer"};
  toy::Process process(house);
  CHECK(kindOf([&] { process.engine.run(process.plan(nested(), true), "", ""); }) ==
        core::Kind::incomplete);
  REQUIRE(process.store.marker("toy"));
  house.facts.failing.clear();
  toy::Process other(house);
  CHECK(other.engine.resume(other.store.list().front().run.value()).outcome ==
        step::RunOutcome::aborted);  // the abort was begun: resume goes on with it
  CHECK(house.facts.hold.empty());
}

TEST_CASE("undo is a run of its own, and its undo is a redo") {
  toy::House house;
  toy::Process process(house);
  const step::Run run = process.engine.run(process.plan(nested()), "", "");
  const step::Run undo = process.engine.run(process.engine.undoPlan(run), "", "");
  CHECK(house.facts.hold.empty());
  CHECK(undo.plan.undoes == run.plan.id);
  process.engine.run(process.engine.undoPlan(undo), "", "");
  CHECK(house.facts.hold == std::set<std::string>{"a", "b", "c", "d"});
}

TEST_CASE("what held before the run is not taken back") {
  toy::House house;
  house.facts.hold = {"b"};
  toy::Process process(house);
  const step::Run run = process.engine.run(process.plan(nested()), "", "");
  process.engine.run(process.engine.undoPlan(run), "", "");
  CHECK(house.facts.hold == std::set<std::string>{"b"});
}

TEST_CASE("past the point of no return abort is refused and resume is named") {
  toy::House house;
  house.facts.final = {"a"};
  house.facts.failing = {"b"};
  toy::Process process(house);
  CHECK_THROWS(process.engine.run(process.plan({goal("a"), goal("b")}), "", ""));
  const step::Run run = process.store.list().front().run.value();
  CHECK(kindOf([&] { process.engine.abort(run); }) == core::Kind::refused);
  CHECK(process.engine.preview({goal("a")}).front().point_of_no_return == "it is final");
}

TEST_CASE("somebody else's run must be taken over first") {
  toy::House house;
  house.facts.failing = {"a"};
  toy::Process process(house);
  CHECK_THROWS(process.engine.run(process.plan({goal("b"), goal("a")}), "", ""));
  house.ports.caller.person = "somebody";
  toy::Process other(house);
  const step::Run run = other.store.list().front().run.value();
  CHECK(kindOf([&] { other.engine.resume(run); }) == core::Kind::locked);
  other.store.journal(run.plan.id).add("taken", {{"from", run.person}});
  house.facts.failing.clear();
  CHECK(other.engine.resume(other.store.find(run.plan.id)).outcome == step::RunOutcome::done);
}

TEST_CASE("the remaining and the compensating steps are plain commands") {
  toy::House house;
  house.facts.failing = {"c"};
  toy::Process process(house);
  CHECK_THROWS(process.engine.run(process.plan(nested()), "", ""));
  const step::Run run = process.store.list().front().run.value();
  const Log remaining = process.engine.manualRemaining(run);
  CHECK(std::find(remaining.begin(), remaining.end(), "make c") != remaining.end());
  CHECK(std::find(remaining.begin(), remaining.end(), "make a") == remaining.end());
  const Log back = process.engine.manualCompensating(run);
  CHECK(std::find(back.begin(), back.end(), "clear a") != back.end());
}

TEST_CASE("an interrupt takes back what a plan can take back, and nothing was changed") {
  toy::House house;
  toy::Process process(house);
  bool heard = false;
  house.facts.on_apply = [&](const std::string& name) {
    if (name == "c" && !heard) house.fake.cancellation.request();
    heard = heard || name == "c";
  };
  CHECK(kindOf([&] { process.engine.run(process.plan(nested(), true), "", ""); }) ==
        core::Kind::interrupted);
  CHECK(house.facts.hold.empty());
  CHECK_FALSE(process.store.marker("toy"));
}
