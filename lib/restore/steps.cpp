#include "lib/restore/steps.hpp"

#include "lib/restore/barred.hpp"
#include "lib/restore/cache.hpp"
#include "lib/restore/dressed.hpp"
#include "lib/restore/gone.hpp"
#include "lib/restore/loaded.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/proven.hpp"
#include "lib/restore/stopped.hpp"
#include "lib/restore/swapped.hpp"

namespace restore {
namespace {

template <typename Kind>
void add(step::Registry& registry, const char* kind, const Environment& environment) {
  registry.add(kind, [environment](const core::Json& arguments) {
    return std::make_unique<Kind>(environment, arguments);
  });
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
  registry.add("cache.cleared", [environment](const core::Json&) {
    return std::make_unique<CacheCleared>(environment);
  });
  registry.add("instance.stopped",
               [environment](const core::Json&) { return std::make_unique<Stopped>(environment); });
}

std::vector<step::Spec> restoreSteps(const config::Instance& instance, const std::string& set,
                                     const std::string& run, const Target& target) {
  const Names names = namesFor(instance.database.name, run);
  const core::Json of_copy{{"set", set}, {"run", run}, {"database", names.incoming}};
  const step::Spec swapped{"database.swapped",
                           {{"name", names.live},
                            {"incoming", names.incoming},
                            {"kept", target.oid == 0 ? "" : names.kept},
                            {"incoming_oid", 0},
                            {"live_oid", target.oid == 0 ? -1 : target.oid},
                            {"system", target.system_identifier}}};
  const step::Spec barred{"database.barred", {{"database", names.live}}, {swapped}};
  core::Json bound = of_copy;
  bound["system"] = target.system_identifier;
  bound["live_oid"] = target.oid == 0 ? -1 : target.oid;
  return {{"database.loaded", bound},
          {"database.analyzed", of_copy},
          {"database.proven", of_copy},
          {"database.dressed", {{"from", names.live}, {"run", run}}},
          {"instance.stopped",
           core::Json::object(),
           {barred, {"cache.cleared", core::Json::object()}}}};
}

step::Spec dropStep(const std::string& database, std::int64_t oid) {
  return {"database.dropped", {{"database", database}, {"oid", oid}}};
}

}  // namespace restore
