#include "tests/catch.hpp"
#include "tests/unit/step/toy.hpp"

using toy::bracket;
using toy::goal;

namespace {

std::vector<step::Spec> steps() {
  return {goal("a"), bracket("outer", {goal("b"), bracket("inner", {goal("c")})}), goal("d")};
}

/// Runs the plan in a world whose nth change of a file fails, and all after it: as if the process
/// had died there. False if the run came through.
bool dies(toy::House& house, int nth) {
  toy::Process process(house);
  const step::Plan plan = process.plan(steps());
  house.fake.files.failAt(nth, 5);
  try {
    process.engine.run(plan, "", "");
    house.fake.files.heal();
    return false;
  } catch (const core::Error&) {
    house.fake.files.heal();
    house.fake.files.losePower();
    return true;
  }
}

}  // namespace

TEST_CASE("a run that died anywhere is resumed to its end") {
  int died = 0;
  for (int nth = 1;; ++nth) {
    toy::House house;
    if (!dies(house, nth)) break;
    ++died;
    toy::Process other(house);
    const auto runs = other.store.list();
    if (runs.empty() || !runs.front().run ||
        runs.front().run->outcome == step::RunOutcome::failed_unchanged) {
      CHECK(house.facts.hold.empty());  // it ended before its first step was announced
      other.engine.run(other.plan({goal("later")}), "", "");
      continue;
    }
    INFO("died at change " << nth);
    CHECK(other.engine.resume(*runs.front().run).outcome == step::RunOutcome::done);
    CHECK(house.facts.hold == std::set<std::string>{"a", "b", "c", "d"});
    other.engine.run(other.plan({goal("later")}), "", "");  // no lock and no marker stayed
  }
  CHECK(died > 15);
}

TEST_CASE("a run that died anywhere is taken back to its beginning") {
  for (int nth = 1;; ++nth) {
    toy::House house;
    if (!dies(house, nth)) break;
    toy::Process other(house);
    const auto runs = other.store.list();
    INFO("died at change " << nth);
    if (runs.empty()) continue;  // before its first record there is no run
    REQUIRE(runs.front().run);
    const step::Run& run = *runs.front().run;
    if (run.outcome != step::RunOutcome::unfinished) continue;  // died after its last record
    CHECK(other.engine.abort(run).outcome == step::RunOutcome::aborted);
    CHECK(house.facts.hold.empty());
    other.engine.run(other.plan({goal("later")}), "", "");
  }
}

TEST_CASE("an abort that died anywhere is resumed to the beginning") {
  for (int nth = 1;; ++nth) {
    toy::House house;
    house.facts.failing = {"d"};
    toy::Process process(house);
    CHECK_THROWS(process.engine.run(process.plan(steps()), "", ""));
    house.fake.files.failAt(nth, 5);
    bool died = false;
    try {
      process.engine.abort(process.store.list().front().run.value());
    } catch (const core::Error&) {
      died = true;
    }
    house.fake.files.heal();
    if (!died) break;
    house.fake.files.losePower();
    toy::Process other(house);
    INFO("died at change " << nth);
    const step::Run run = other.store.list().front().run.value();
    if (run.aborting) {
      CHECK(other.engine.resume(run).outcome == step::RunOutcome::aborted);
    } else {
      CHECK(other.engine.abort(run).outcome == step::RunOutcome::aborted);
    }
    CHECK(house.facts.hold.empty());
    CHECK_FALSE(other.store.marker("toy"));
  }
}
