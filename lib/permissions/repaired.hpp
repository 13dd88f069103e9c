#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/json.hpp"
#include "lib/permissions/changes.hpp"
#include "lib/permissions/expectation.hpp"
#include "lib/permissions/place.hpp"
#include "lib/step/registry.hpp"
#include "lib/step/step.hpp"

namespace permissions {

/// What walks of this process found to be changed, by place and root: a step that was observed need
/// not walk again. Every change is bound to what was seen, so that an old list can do no harm.
struct Seen {
  Changes changes;
  std::string missed;  // the first thing that could not be looked at
};
using Walked = std::map<std::string, Seen>;

/// Goal: every thing below `root` that the rules concern has the owner, group, mode and ACL that
/// they ask for. What is changed is fixed before the first change, in a list in the run's folder
/// (0600) with what was there before; verifying and undoing follow that list. Undo finds what
/// somebody changed meanwhile and leaves it alone.
///
/// Arguments: "root", "rules", "list" (the file), "host" and "container" where they are not those
/// of this host, and, for a way back, "back": true.
class Repaired : public step::Step {
 public:
  Repaired(ports::World& world, const config::Instance& instance, const core::Json& arguments,
           std::shared_ptr<Walked> walked);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;
  core::Json results() const override { return results_; }

 private:
  const Seen& needed();
  Changes listed(const core::Json& before);
  step::Observation asListed(const core::Json& before);
  core::CheckResult look(core::Outcome outcome, std::string found) const;

  std::string known() const;
  std::string inWords() const;

  ports::World& world_;
  const config::Instance& instance_;
  Place place_;
  std::string root_;
  std::string list_;
  bool back_ = false;
  Expectations rules_;
  core::Json arguments_;
  std::shared_ptr<Walked> walked_;
  core::Json results_ = core::Json::object();
};

/// Registers "permissions.repaired".
void registerSteps(step::Registry& registry, ports::World& world, const config::Instance& instance);

/// The step for one root at a place.
step::Spec repairStep(const Place& place, const std::string& root, const Expectations& expectations,
                      const std::string& list);

}  // namespace permissions
