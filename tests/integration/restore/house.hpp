#pragma once

#include <functional>
#include <memory>
#include <string>

#include "commands/kinds.hpp"
#include "lib/restore/assessment.hpp"
#include "lib/restore/steps.hpp"
#include "lib/step/engine.hpp"
#include "tests/integration/backup/site.hpp"
#include "tests/support/temporary_folder.hpp"

namespace restore_tests {

/// A site with a set of its database, and the engine that restores it: as one operator's process
/// has it. Another House on the same site with another state folder is another host.
class House {
 public:
  explicit House(backup_tests::Site& site, std::string state = {})
      : site_(site),
        world_(site.world()),
        state_(state.empty() ? folder_.path() + "/state" : std::move(state)),
        registry_(commands::allKinds(world_, site.instance())),
        store_(world_, state_),
        engine_({world_, registry_, store_, progress_, scope(), "test"}) {}

  ports::World& world() { return world_; }
  const std::string& state() const { return state_; }
  step::Engine& engine() { return engine_; }
  step::RunStore& store() { return store_; }

  step::Plan plan(const std::string& set) {
    step::Plan plan;
    plan.id = store_.newId();
    plan.verb = "restore run";
    plan.instance = site_.instance().name;
    plan.title = "restore set " + set;
    plan.abort_on_failure = true;
    plan.facts = {{"set", set}};
    plan.steps = restore::restoreSteps(site_.instance(), set, plan.id, assess(set).target);
    return plan;
  }
  restore::Assessment assess(const std::string& set) {
    return restore::assess({world_, site_.instance()},
                           backup::Store(world_, site_.instance()).find(set), progress_);
  }
  step::Run restore(const std::string& set) { return engine_.run(plan(set), "test", ""); }

 private:
  step::LockScope scope() {
    return {site_.instance().name, site_.instance().database.name, [this](const std::string&) {
              return database::Database(world_, site_.instance()).admin();
            }};
  }

  backup_tests::Site& site_;
  support::TemporaryFolder folder_;
  ports::World world_;
  std::string state_;
  core::NoProgress progress_;
  step::Registry registry_;
  step::RunStore store_;
  step::Engine engine_;
};

}  // namespace restore_tests
