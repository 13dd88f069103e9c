#include <filesystem>

#include "lib/backup/pinned.hpp"
#include "lib/backup/pruned.hpp"
#include "lib/backup/retention.hpp"
#include "lib/backup/steps.hpp"
#include "lib/core/json.hpp"
#include "lib/step/engine.hpp"
#include "tests/catch.hpp"
#include "tests/integration/backup/site.hpp"

using backup_tests::Site;
namespace fs = std::filesystem;

namespace {

/// Carries plans out on real folders, with a journal of its own and without the server's lock.
class Bench {
 public:
  explicit Bench(Site& site)
      : site_(site), runs_(site.world(), site.instance().backup.folder + "/state") {
    backup::registerSteps(registry_, site.world(), site.instance());
  }

  step::Run run(std::vector<step::Spec> steps) {
    step::Plan plan;
    plan.id = runs_.newId();
    plan.verb = "backup prune";
    plan.instance = site_.instance().name;
    plan.steps = std::move(steps);
    return engine().run(plan, "", "");
  }
  step::Engine engine() {
    return step::Engine({site_.world(),
                         registry_,
                         runs_,
                         progress_,
                         {site_.instance().name, site_.instance().database.name, nullptr},
                         "test"});
  }

 private:
  Site& site_;
  step::Registry registry_;
  step::RunStore runs_;
  core::NoProgress progress_;
};

std::vector<std::string> names(const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) found.push_back(entry.path().filename());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("sets that no rule keeps are removed from the disk, pinned ones stay") {
  Site site("pruned");
  site.sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  Bench bench(site);
  for (int i = 1; i <= 4; ++i) site.makeSet(i);
  backup::Store store(site.world(), site.instance());
  const std::string oldest = site.request(1).set;
  bench.run({backup::pinnedStep(store.folder(), oldest, backup::Pin{"ada", "app1", "", {}})});
  config::KeepSettings rules;
  rules.last = 1;
  std::vector<step::Spec> steps;
  for (const auto& each : backup::judge(store.list(), rules, false, site.world().clock.now())) {
    if (!each.keep) {
      steps.push_back(backup::prunedStep(store.folder(), each.set.id, site.request(4).set));
    }
  }
  REQUIRE(steps.size() == 2);
  const step::Run run = bench.run(steps);
  CHECK(run.outcome == step::RunOutcome::done);
  CHECK(names(store.folder()) == std::vector<std::string>{oldest, site.request(4).set});
  CHECK(store.list().front().good());
  CHECK_THROWS_AS(bench.engine().undoPlan(run), core::Error);
}

TEST_CASE("a set that is being removed is no set, and its removal can be finished") {
  Site site("pruned");
  site.sql("CREATE TABLE t (id int)");
  Bench bench(site);
  const std::string half = site.makeSet(1);
  site.makeSet(2);
  backup::Store store(site.world(), site.instance());
  // As kill -9 leaves it: out of the list, and half gone.
  fs::rename(half, store.folder() + "/.removing-" + site.request(1).set);
  fs::remove(store.folder() + "/.removing-" + site.request(1).set + "/manifest.json");
  CHECK(store.list().size() == 1);
  CHECK(store.unfinished().size() == 1);
  bench.run({backup::prunedStep(store.folder(), site.request(1).set, site.request(2).set)});
  CHECK(names(store.folder()) == std::vector<std::string>{site.request(2).set});
}
