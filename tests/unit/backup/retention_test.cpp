#include "lib/backup/retention.hpp"

#include <functional>
#include <map>

#include "tests/catch.hpp"

using namespace std::chrono_literals;

namespace {

const core::Time kNow = *core::parseUtc("2026-11-21T12:00:00Z");

backup::StoredSet setAt(const std::string& time) {
  const core::Time taken = *core::parseUtc(time + "Z");
  backup::StoredSet set;
  set.id = core::compactUtc(taken) + "-4f1c";
  set.manifest.emplace();
  set.manifest->set = set.id;
  set.manifest->database.taken = taken;
  return set;
}

backup::StoredSet brokenAt(const std::string& time) {
  backup::StoredSet set = setAt(time);
  set.broken = "roles.sql is missing";
  return set;
}

/// Verdict and reason of each set by "2026-11-21T10".
std::map<std::string, std::string> judged(std::vector<backup::StoredSet> sets,
                                          const config::KeepSettings& rules, bool broken = false) {
  std::map<std::string, std::string> words;
  for (const auto& each : backup::judge(std::move(sets), rules, broken, kNow)) {
    const std::string time = core::formatUtc(each.set.manifest->taken()).substr(5, 8);
    words[time] = (each.keep ? "keep: " : "remove: ") + each.reason;
  }
  return words;
}

config::KeepSettings rules(const std::function<void(config::KeepSettings&)>& change) {
  config::KeepSettings settings;
  change(settings);
  return settings;
}

}  // namespace

TEST_CASE("the newest set of each day is kept, and days without sets do not count") {
  const auto words = judged(
      {setAt("2026-11-21T10:00:00"), setAt("2026-11-21T04:00:00"), setAt("2026-11-20T23:59:59"),
       setAt("2026-11-20T00:00:00"), setAt("2026-11-11T04:00:00"), setAt("2026-11-10T04:00:00")},
      rules([](auto& keep) { keep.daily = 3; }));
  CHECK(words.at("11-21T10") == "keep: newest good, daily 2026-11-21");
  CHECK(words.at("11-21T04") == "remove: not kept by any rule");
  CHECK(words.at("11-20T23") == "keep: daily 2026-11-20");
  CHECK(words.at("11-20T00") == "remove: not kept by any rule");
  CHECK(words.at("11-11T04") == "keep: daily 2026-11-11");
  CHECK(words.at("11-10T04") == "remove: not kept by any rule");
}

TEST_CASE("each rule says what it keeps a set for") {
  const auto words = judged(
      {setAt("2026-11-21T10:30:00"), setAt("2026-11-21T09:00:00"), setAt("2026-11-14T09:00:00"),
       setAt("2026-10-31T09:00:00"), setAt("2025-12-31T09:00:00")},
      rules([](auto& keep) {
        keep.last = 1;
        keep.hourly = 1;
        keep.weekly = 2;
        keep.monthly = 2;
        keep.yearly = 2;
        keep.within = 2h;
      }));
  CHECK(words.at("11-21T10") ==
        "keep: newest good, last 1, within 2 h 00 min, hourly 2026-11-21 10h, weekly 2026-W47, "
        "monthly 2026-11, yearly 2026");
  CHECK(words.at("11-21T09") == "keep: within 2 h 00 min");
  CHECK(words.at("11-14T09") == "keep: weekly 2026-W46");
  CHECK(words.at("10-31T09") == "keep: monthly 2026-10");
  CHECK(words.at("12-31T09") == "keep: yearly 2025");
}

TEST_CASE("the newest good set stays whatever the rules say") {
  const auto words = judged({setAt("2026-11-01T10:00:00"), setAt("2026-10-01T10:00:00")},
                            rules([](auto& keep) { keep.within = 1h; }));
  CHECK(words.at("11-01T10") == "keep: newest good, within 1 h 00 min");
  CHECK(words.at("10-01T10") == "remove: not kept by any rule");
}

TEST_CASE("pinned sets stay and fill no rule") {
  auto pinned = setAt("2026-11-21T10:00:00");
  pinned.pin = backup::Pin{"ada", "app1", "", kNow};
  auto unseen = setAt("2026-11-20T10:00:00");
  unseen.pin_unknown = true;
  const auto words =
      judged({pinned, unseen, setAt("2026-11-19T10:00:00"), setAt("2026-11-18T10:00:00")},
             rules([](auto& keep) { keep.last = 1; }));
  CHECK_THAT(words.at("11-21T10"), Catch::Matchers::StartsWith("keep: pinned by ada"));
  CHECK_THAT(words.at("11-20T10"), Catch::Matchers::StartsWith("keep: could not determine"));
  CHECK(words.at("11-19T10") == "keep: newest good, last 1");
  CHECK(words.at("11-18T10") == "remove: not kept by any rule");
}

TEST_CASE("broken sets are never counted as good, and go only when that is asked for") {
  auto later = brokenAt("2026-11-18T10:00:00");
  later.undetermined = true;
  auto pinned = brokenAt("2026-11-17T10:00:00");
  pinned.pin.emplace();
  const std::vector<backup::StoredSet> sets{brokenAt("2026-11-20T10:00:00"),
                                            setAt("2026-11-19T10:00:00"), later, pinned};
  const auto keep_one = rules([](auto& keep) { keep.last = 1; });
  const auto words = judged(sets, keep_one);
  CHECK_THAT(words.at("11-20T10"), Catch::Matchers::StartsWith("keep: broken"));
  CHECK(words.at("11-19T10") == "keep: newest good, last 1");
  const auto with = judged(sets, keep_one, true);
  CHECK(with.at("11-20T10") == "remove: broken: roles.sql is missing");
  CHECK_THAT(with.at("11-18T10"), Catch::Matchers::StartsWith("keep: could not determine"));
  CHECK_THAT(with.at("11-17T10"), Catch::Matchers::StartsWith("keep: pinned"));
  CHECK(judged(sets, {}, true).at("11-19T10") == "keep: no rules are given");
}

TEST_CASE("a set of the future stays, and does not take the place of the newest one") {
  const auto words = judged(
      {setAt("2026-12-21T10:00:00"), setAt("2026-11-21T10:00:00"), setAt("2026-11-20T10:00:00")},
      rules([](auto& keep) { keep.last = 1; }));
  CHECK_THAT(words.at("12-21T10"), Catch::Matchers::Contains("clock was put back"));
  CHECK(words.at("11-21T10") == "keep: newest good, last 1");
  CHECK(words.at("11-20T10") == "remove: not kept by any rule");
}
