#pragma once

#include <string>

#include "lib/checks/kinds.hpp"
#include "lib/config/outside.hpp"
#include "lib/ports/world.hpp"

namespace validation {

/// Registers all check kinds of the program (docs/checks.md): those of services and its own.
/// `world` and `instance` must outlive the registry. `state` is the folder of runs.
void registerKinds(checks::Kinds& kinds, ports::World& world, const config::Instance& instance,
                   const config::Outside& outside, const std::string& state);

/// What a question of this area works with.
struct Site {
  ports::World& world;
  const config::Instance& instance;
  config::Outside outside;
  std::string state;
};

// One per file of kinds.
void addLogin(checks::Kinds& kinds, const Site& site);
void addStatic(checks::Kinds& kinds, const Site& site);
void addUpload(checks::Kinds& kinds, const Site& site);
void addMedia(checks::Kinds& kinds, const Site& site);
void addJob(checks::Kinds& kinds, const Site& site);
void addCode(checks::Kinds& kinds, const Site& site);
void addHost(checks::Kinds& kinds, const Site& site);
void addClock(checks::Kinds& kinds, const Site& site);
void addMigrations(checks::Kinds& kinds, const Site& site);
void addRequirements(checks::Kinds& kinds, const Site& site);
void addPlugins(checks::Kinds& kinds, const Site& site);
void addSchema(checks::Kinds& kinds, const Site& site);
void addSettings(checks::Kinds& kinds, const Site& site);
void addCommand(checks::Kinds& kinds, const Site& site);
void addMetrics(checks::Kinds& kinds, const Site& site);
void addPolicies(checks::Kinds& kinds, const Site& site);
void addPermissions(checks::Kinds& kinds, const Site& site);
void addBackup(checks::Kinds& kinds, const Site& site);
void addReplication(checks::Kinds& kinds, const Site& site);
void addTimers(checks::Kinds& kinds, const Site& site);
void addCheckout(checks::Kinds& kinds, const Site& site);
void addReports(checks::Kinds& kinds, const Site& site);
void addValidators(checks::Kinds& kinds, const Site& site);
void addMonitors(checks::Kinds& kinds, const Site& site);
void addConsumers(checks::Kinds& kinds, const Site& site);
void addUpgrade(checks::Kinds& kinds, const Site& site);
void addReruns(checks::Kinds& kinds, const Site& site);
void addWebhook(checks::Kinds& kinds, const Site& site);

}  // namespace validation
