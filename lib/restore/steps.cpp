#include "lib/restore/steps.hpp"

#include <fmt/format.h>

#include "lib/restore/barred.hpp"
#include "lib/restore/cache.hpp"
#include "lib/restore/dressed.hpp"
#include "lib/restore/examined.hpp"
#include "lib/restore/exchanged.hpp"
#include "lib/restore/fit.hpp"
#include "lib/restore/given_up.hpp"
#include "lib/restore/gone.hpp"
#include "lib/restore/jobs.hpp"
#include "lib/restore/loaded.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/outbound.hpp"
#include "lib/restore/proven.hpp"
#include "lib/restore/role_password.hpp"
#include "lib/restore/swapped.hpp"
#include "lib/restore/unpacked.hpp"
#include "lib/service/stopped.hpp"

namespace restore {
namespace {

template <typename Kind>
void add(step::Registry& registry, const char* kind, const Environment& environment) {
  registry.add(kind, [environment](const core::Json& arguments) {
    return std::make_unique<Kind>(environment, arguments);
  });
}

step::Spec jobsStep() { return {"jobs.reconciled", core::Json::object()}; }

/// What an instance needs that is not where the data came from.
void addForCopies(std::vector<step::Spec>& steps, const config::Instance& instance,
                  const std::string& run, const Wishes& wishes) {
  if (!wishes.keep_outbound) steps.push_back({"outbound.off", {{"run", run}}});
  const std::string& role = instance.database.application.user;
  if (wishes.private_folder.empty() || role.empty()) return;
  steps.push_back(
      {"role.password", {{"role", role}, {"file", wishes.private_folder + "/role-password"}}});
}

}  // namespace

void registerSteps(step::Registry& registry, ports::World& world,
                   const config::Instance& instance) {
  const Environment environment{world, instance};
  add<Loaded>(registry, "database.loaded", environment);
  add<Analyzed>(registry, "database.analyzed", environment);
  add<Proven>(registry, "database.proven", environment);
  add<Dressed>(registry, "database.dressed", environment);
  add<Barred>(registry, "database.barred", environment);
  add<Swapped>(registry, "database.swapped", environment);
  add<Discarded>(registry, "database.discarded", environment);
  add<Dropped>(registry, "database.dropped", environment);
  add<Examined>(registry, "restore.examined", environment);
  add<AttributesSaved>(registry, "database.attributes_saved", environment);
  add<GivenUp>(registry, "database.given_up", environment);
  add<MigrationsNoted>(registry, "migrations.noted", environment);
  add<OutboundOff>(registry, "outbound.off", environment);
  add<RolePassword>(registry, "role.password", environment);
  add<RolePasswordBack>(registry, "role.password_back", environment);
  add<FilesUnpacked>(registry, "files.unpacked", environment);
  add<FilesExchanged>(registry, "files.exchanged", environment);
  add<FilesRemoved>(registry, "files.removed", environment);
  registry.add("cache.cleared", [environment](const core::Json&) {
    return std::make_unique<CacheCleared>(environment);
  });
  registry.add("jobs.reconciled", [environment](const core::Json&) {
    return std::make_unique<JobsReconciled>(environment);
  });
  registry.add("instance.stopped", [&world, &instance](const core::Json&) {
    return std::make_unique<service::Stopped>(world, instance);
  });
}

std::vector<step::Spec> restoreSteps(const config::Instance& instance, const std::string& set,
                                     const std::string& run, const Target& target,
                                     const Wishes& wishes) {
  const Names names = namesFor(instance.database.name, run);
  const std::int64_t live_oid = target.oid == 0 ? -1 : target.oid;
  const core::Json of_copy{{"set", set}, {"run", run}, {"database", names.incoming}};
  core::Json bound = of_copy;
  bound["system"] = target.system_identifier;
  bound["live_oid"] = live_oid;
  const step::Spec swapped{"database.swapped",
                           {{"name", names.live},
                            {"incoming", names.incoming},
                            {"kept", target.oid == 0 ? "" : names.kept},
                            {"incoming_oid", 0},
                            {"live_oid", live_oid},
                            {"system", target.system_identifier}}};
  const step::Spec barred{"database.barred", {{"database", names.live}}, {swapped}};
  std::vector<step::Spec> steps{{"database.loaded", bound},
                                {"database.analyzed", of_copy},
                                {"database.proven", of_copy},
                                {"database.dressed", {{"from", names.live}, {"run", run}}}};
  if (instance.environment != config::Environment::production) {
    addForCopies(steps, instance, run, wishes);
  }
  if (!wishes.private_folder.empty()) {
    steps.push_back({"migrations.noted", {{"file", notedMigrations(wishes.private_folder)}}});
  }
  steps.push_back({"instance.stopped",
                   core::Json::object(),
                   {barred, {"cache.cleared", core::Json::object()}, jobsStep()}});
  steps.push_back({"restore.examined", {{"oid", 0}, {"run", run}, {"set", set}}});
  return steps;
}

std::vector<step::Spec> replaceSteps(const config::Instance& instance, const std::string& set,
                                     const std::string& run, const Target& target,
                                     const Wishes& wishes, std::vector<step::Spec> saving,
                                     const std::string& saved) {
  const Names names = namesFor(instance.database.name, run);
  const core::Json of_copy{{"set", set}, {"run", run}, {"database", names.incoming}};
  core::Json bound = of_copy;
  bound["system"] = target.system_identifier;
  const std::string file = wishes.private_folder + "/attributes";
  const step::Spec given_up{"database.given_up",
                            {{"database", names.live},
                             {"oid", target.oid},
                             {"system", target.system_identifier},
                             {"saved", saved},
                             {"run", run}}};
  const step::Spec swapped{"database.swapped",
                           {{"name", names.live},
                            {"incoming", names.incoming},
                            {"kept", ""},
                            {"incoming_oid", 0},
                            {"live_oid", -1},
                            {"system", target.system_identifier},
                            {"instead", fmt::format("the database from before is in set {}: sotctl "
                                                    "restore run {}",
                                                    saved, saved)}}};
  std::vector<step::Spec> inner = std::move(saving);
  inner.push_back({"database.attributes_saved", {{"from", names.live}, {"file", file}}});
  inner.push_back({"database.barred", {{"database", names.live}}, {given_up}});
  inner.push_back({"database.loaded", bound});
  inner.push_back({"database.analyzed", of_copy});
  inner.push_back({"database.proven", of_copy});
  inner.push_back({"database.dressed", {{"from", names.live}, {"run", run}, {"file", file}}});
  if (instance.environment != config::Environment::production) {
    addForCopies(inner, instance, run, wishes);
  }
  inner.push_back({"database.barred", {{"database", names.live}}, {swapped}});
  inner.push_back({"cache.cleared", core::Json::object()});
  inner.push_back(jobsStep());
  return {{"instance.stopped", core::Json::object(), std::move(inner)},
          {"restore.examined", {{"oid", 0}, {"run", run}, {"set", set}}}};
}

std::string notedMigrations(const std::string& private_folder) {
  return private_folder + "/migrations-before";
}

void examineUndone(std::vector<step::Spec>& steps, std::int64_t oid, const std::string& set) {
  for (step::Spec& each : steps) {
    if (each.kind == "instance.stopped") each.inner.push_back(jobsStep());
  }
  steps.push_back({"restore.examined", {{"oid", oid}, {"run", ""}, {"set", set}}});
}

step::Spec dropStep(const std::string& database, std::int64_t oid) {
  return {"database.dropped", {{"database", database}, {"oid", oid}}};
}

}  // namespace restore
