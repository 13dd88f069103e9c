#include "lib/backup/pruned.hpp"

#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "tests/catch.hpp"
#include "tests/support/kinds.hpp"
#include "tests/unit/backup/sample_set.hpp"

namespace {

const std::string kFolder = "/srv/backup/netbox";
const std::string kOld = "20261120T030012Z-4f1c";
const std::string kNew = "20261121T030012Z-4f1c";

struct Bench {
  Bench() {
    for (const auto& id : {kOld, kNew}) sample::putSet(fakes, kFolder + "/" + id, id);
    instance.name = "netbox";
    instance.backup.folder = "/srv/backup";
    backup::registerPruned(registry, fakes.world());
  }
  step::Verdict observe(const std::string& name = kOld) {
    return registry.make(backup::prunedStep(kFolder, name, kNew))->observe(nullptr).verdict;
  }
  void apply(const std::string& name = kOld) {
    core::NoProgress progress;
    registry.make(backup::prunedStep(kFolder, name, kNew))->apply({}, progress);
  }
  std::vector<backup::StoredSet> sets() { return backup::Store(fakes.world(), instance).list(); }

  fakes::FakeWorld fakes;
  config::Instance instance;
  step::Registry registry;
};

}  // namespace

TEST_CASE("a removal that fails anywhere leaves a whole set or none, and is finished later") {
  for (int at = 1; at < 12; ++at) {
    INFO(at);
    Bench bench;
    bench.fakes.files.failAt(at, 5 /* EIO */);
    const std::string kind = support::kindOf([&] { bench.apply(); });
    bench.fakes.files.heal();
    for (const auto& set : bench.sets()) CHECK(set.good());
    if (kind == "no error") {
      CHECK(bench.observe() == step::Verdict::satisfied);
      break;
    }
    REQUIRE(bench.observe() == step::Verdict::needed);
    bench.apply();
    CHECK(bench.observe() == step::Verdict::satisfied);
    CHECK(bench.sets().size() == 1);
    CHECK(bench.fakes.files.list(kFolder).size() == 1);
  }
}

TEST_CASE("what was pinned or became needed since the plan was made stays") {
  Bench bench;
  REQUIRE(bench.observe() == step::Verdict::needed);
  backup::writePin(bench.fakes.world(), kFolder + "/" + kOld, {"ada", "app1", "", {}});
  CHECK(bench.observe() == step::Verdict::satisfied);
  backup::removePin(bench.fakes.world(), kFolder + "/" + kOld);
  bench.fakes.files.remove(kFolder + "/" + kNew + "/roles.sql");
  CHECK(bench.observe() == step::Verdict::satisfied);
  CHECK(bench.sets().size() == 2);
}

TEST_CASE("what is left of an unfinished set is removed, with its pin") {
  Bench bench;
  bench.fakes.files.put(kFolder + "/.partial-" + kOld + "/pinned.json", "{}");
  REQUIRE(bench.observe(".partial-" + kOld) == step::Verdict::needed);
  bench.apply(".partial-" + kOld);
  CHECK(bench.observe(".partial-" + kOld) == step::Verdict::satisfied);
  CHECK(bench.sets().size() == 2);
}

TEST_CASE("only names of sets are removed") {
  Bench bench;
  for (const char* name : {"", "..", "../other", ".partial-", ".removing-../x", "postgres"}) {
    CHECK(support::kindOf([&] { bench.observe(name); }) == "corrupt");
  }
}
