#include "lib/backup/choice.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/support/kinds.hpp"
#include "tests/unit/backup/sample_set.hpp"

using namespace std::chrono_literals;

namespace {

const std::string kFolder = "/srv/backup/netbox/";
const core::Time kTaken = sample::facts().taken;

/// Sets that were taken 0, 1, 2 days before kTaken, in this order.
struct Bench {
  Bench() {
    for (int i = 0; i < 3; ++i) {
      ids.push_back("2026112" + std::to_string(1 - i + 2) + "T030012Z-4f1c");
      sample::putSet(fakes, kFolder + ids.back(), ids.back());
      sample::changeManifest(fakes, kFolder + ids.back(), [&](backup::Manifest& manifest) {
        manifest.database.taken = kTaken - 24h * i;
      });
    }
    instance.name = "netbox";
    instance.backup.folder = "/srv/backup";
  }
  backup::Store store() { return {fakes.world(), instance}; }
  backup::Chosen choose(const backup::Choice& choice) {
    backup::Store sets = store();
    return backup::choose(sets, choice);
  }

  fakes::FakeWorld fakes;
  config::Instance instance;
  std::vector<std::string> ids;
};

}  // namespace

TEST_CASE("the newest good set before a moment is found by its snapshot's time") {
  Bench bench;
  CHECK(bench.choose({{}, true, {}}).set.id == bench.ids[0]);
  CHECK(bench.choose({{}, false, kTaken + 1s}).set.id == bench.ids[0]);
  CHECK(bench.choose({{}, false, kTaken}).set.id == bench.ids[1]);
  CHECK(bench.choose({{}, false, kTaken - 24h}).set.id == bench.ids[2]);
  CHECK(support::kindOf([&] { bench.choose({{}, false, kTaken - 48h}); }) == "not_found");
  CHECK(bench.choose({bench.ids[1], false, {}}).set.id == bench.ids[1]);
}

TEST_CASE("broken sets that a choice passes over are told") {
  Bench bench;
  bench.fakes.files.remove(kFolder + bench.ids[0] + "/roles.sql");
  const auto newest = bench.choose({{}, true, {}});
  CHECK(newest.set.id == bench.ids[1]);
  REQUIRE(newest.passed_over.size() == 1);
  CHECK(newest.passed_over[0].id == bench.ids[0]);
  CHECK(bench.choose({{}, false, kTaken - 24h}).passed_over.empty());
  for (const auto& id : bench.ids) bench.fakes.files.put(kFolder + id + "/manifest.json", "{");
  CHECK(support::kindOf([&] { bench.choose({{}, true, {}}); }) == "not_found");
  CHECK(support::kindOf([&] { bench.choose({{}, false, kTaken}); }) == "not_found");
}

TEST_CASE("exactly one way to say which set is meant") {
  Bench bench;
  CHECK(support::kindOf([&] { bench.choose({}); }) == "usage");
  CHECK(support::kindOf([&] { bench.choose({bench.ids[0], true, {}}); }) == "usage");
  CHECK(support::kindOf([&] { bench.choose({{}, true, kTaken}); }) == "usage");
}

TEST_CASE("a whole id is found though another set's begins with it") {
  Bench bench;
  sample::putSet(bench.fakes, kFolder + bench.ids[0] + "-ada", bench.ids[0] + "-ada");
  CHECK(bench.choose({bench.ids[0], false, {}}).set.id == bench.ids[0]);
  CHECK(bench.choose({bench.ids[0] + "-", false, {}}).set.id == bench.ids[0] + "-ada");
}
