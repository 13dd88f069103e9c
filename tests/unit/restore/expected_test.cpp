#include "lib/restore/expected.hpp"

#include "lib/core/json.hpp"
#include "tests/catch.hpp"

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

const core::Time kThen = *core::parseUtc("2026-11-20T12:00:00Z");

backup::StoredSet setOf(const std::string& id, std::uint64_t bytes) {
  backup::StoredSet set;
  set.id = id;
  set.manifest.emplace();
  set.manifest->database.settings.bytes = bytes;
  set.manifest->dumping = 12s;
  set.manifest->measuring = 8s;
  return set;
}

step::Run restoreOf(const std::string& set, core::Duration took, core::Json results) {
  step::Run run;
  run.plan.id = "20261120T120000Z-0001";
  run.plan.verb = "restore run";
  run.plan.facts = {{"set", set}};
  run.outcome = step::RunOutcome::done;
  run.started = kThen;
  run.ended = kThen + took;
  run.results = std::move(results);
  return run;
}

}  // namespace

TEST_CASE("the time of a restore is that of the newest one, scaled by the size of the database") {
  const backup::StoredSet set = setOf("new", 2000);
  const std::vector<backup::StoredSet> sets{set, setOf("old", 1000)};
  const std::vector<step::Run> runs{
      restoreOf("old", 31s, {{"load_ms", 20'000.0}, {"downtime_ms", 1000.0}})};
  const restore::Expected expected = restore::expectedTime(set, sets, runs);
  CHECK(expected.until_swap == 60s);  // 31 s less the downtime, twice as much data
  CHECK(expected.downtime == 1s);
  CHECK_THAT(restore::inWords(expected),
             Contains("about 1 min 00 s until the swap") && Contains("20261120T120000Z-0001"));
}

TEST_CASE("a run that waited for somebody counts by its load, and unfinished ones not at all") {
  const backup::StoredSet set = setOf("new", 1000);
  step::Run unfinished = restoreOf("new", 5s, {{"load_ms", 1.0}});
  unfinished.outcome = step::RunOutcome::unfinished;
  const restore::Expected expected = restore::expectedTime(
      set, {set}, {unfinished, restoreOf("gone", 3h, {{"load_ms", 20'000.0}})});
  CHECK(expected.until_swap == 20s);
  CHECK_FALSE(expected.downtime);
  CHECK_THAT(restore::inWords(expected), Contains("not measured"));
}

TEST_CASE("without an earlier restore nothing is guessed") {
  const backup::StoredSet set = setOf("new", 1000);
  const restore::Expected expected = restore::expectedTime(set, {set}, {});
  CHECK_FALSE(expected.until_swap);
  CHECK_THAT(restore::inWords(expected),
             Contains("no earlier restore of this instance is known") && Contains("12 s"));
  CHECK(restore::toJson(expected)["by_run"].is_null());
}
