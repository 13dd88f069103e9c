#include "lib/backup/recency.hpp"

#include "lib/core/json.hpp"
#include "tests/catch.hpp"

using namespace std::chrono_literals;

namespace {

const core::Time kNow = *core::parseUtc("2026-11-21T12:00:00Z");

backup::StoredSet setOf(core::Duration age, std::uint64_t bytes = 1000) {
  backup::StoredSet set;
  set.id = core::compactUtc(kNow - age) + "-4f1c";
  set.manifest.emplace();
  set.manifest->database.taken = kNow - age;
  set.manifest->files = {{"dump/toc.dat", bytes, ""}};
  return set;
}

backup::StoredSet brokenSet(bool undetermined) {
  backup::StoredSet set = setOf(1min);
  set.broken = "manifest.json: format 9 is of a later version";
  set.undetermined = undetermined;
  return set;
}

step::Run restoreOf(const std::string& set, core::Json results) {
  step::Run run;
  run.plan.id = "20261120T000000Z-0001";
  run.plan.verb = "restore run";
  run.plan.facts = {{"set", set}};
  run.outcome = step::RunOutcome::done;
  run.results = std::move(results);
  return run;
}

}  // namespace

TEST_CASE("the newest good set's age counts against the limit") {
  using core::Outcome;
  const std::vector<backup::StoredSet> sets{brokenSet(false), setOf(3h), setOf(30h)};
  CHECK(backup::checkAge(sets, {}, kNow).outcome == Outcome::pass);
  CHECK(backup::checkAge(sets, 3h, kNow).outcome == Outcome::pass);
  CHECK(backup::checkAge(sets, 2h, kNow).outcome == Outcome::fail);
  CHECK(backup::checkAge({}, {}, kNow).outcome == Outcome::fail);
  CHECK(backup::checkAge({brokenSet(false)}, {}, kNow).outcome == Outcome::fail);
}

TEST_CASE("what could not be looked at is no yes and no no") {
  using core::Outcome;
  const std::vector<backup::StoredSet> sets{brokenSet(true), setOf(3h)};
  CHECK(backup::checkAge(sets, 4h, kNow).outcome == Outcome::pass);
  CHECK(backup::checkAge(sets, 2h, kNow).outcome == Outcome::unknown);
  CHECK(backup::checkAge({brokenSet(true)}, {}, kNow).outcome == Outcome::unknown);
  const auto back = backup::checkAge({setOf(-1h), setOf(1h)}, 2h, kNow);
  CHECK(back.outcome == Outcome::unknown);
  CHECK_THAT(back.found, Catch::Matchers::Contains("clock was put back"));
  CHECK(backup::checkGap({setOf(-1h), setOf(1h)}, 2h, 24h, kNow).outcome == Outcome::unknown);
  CHECK(backup::checkAge({setOf(-30s)}, 1h, kNow).outcome == Outcome::pass);
}

TEST_CASE("the longest gap is found, up to now and as far back as asked for") {
  using core::Outcome;
  const std::vector<backup::StoredSet> sets{setOf(2h), setOf(4h), setOf(14h), setOf(100h)};
  CHECK(backup::checkGap(sets, 10h, 10h, kNow).outcome == Outcome::pass);
  const auto gap = backup::checkGap(sets, 9h, 10h, kNow);
  CHECK(gap.outcome == Outcome::fail);
  CHECK_THAT(gap.found, Catch::Matchers::StartsWith("10 h 00 min"));
  CHECK(backup::checkGap(sets, 80h, 200h, kNow).outcome == Outcome::fail);
  CHECK(backup::checkGap({setOf(5h)}, 4h, 24h, kNow).outcome == Outcome::fail);
  CHECK(backup::checkGap({}, 4h, 24h, kNow).outcome == Outcome::fail);
}

TEST_CASE("a restore's time is known from an earlier one, and grows with the set") {
  const std::vector<backup::StoredSet> sets{setOf(1h, 3000), setOf(24h, 1000)};
  const auto estimate = backup::estimateRestore(
      sets, {restoreOf(sets[1].id, {{"load_ms", 2000.0}, {"downtime_ms", 700.0}})});
  CHECK(estimate.loading == core::Duration(6s));
  CHECK(estimate.downtime == core::Duration(700ms));
  CHECK(estimate.check.outcome == core::Outcome::pass);
  CHECK(backup::estimateRestore(sets, {restoreOf("gone", {{"load_ms", 2000.0}})}).loading ==
        core::Duration(2s));
  auto unfinished = restoreOf(sets[1].id, {{"load_ms", 2000.0}});
  unfinished.outcome = step::RunOutcome::unfinished;
  CHECK(backup::estimateRestore(sets, {unfinished}).check.outcome == core::Outcome::unknown);
  CHECK(backup::estimateRestore(sets, {}).check.outcome == core::Outcome::unknown);
}
