#include "lib/validation/kinds.hpp"

#include "lib/service/questions.hpp"

namespace validation {

void registerKinds(checks::Kinds& kinds, ports::World& world, const config::Instance& instance,
                   const config::Outside& outside, const std::string& state) {
  service::registerQuestions(kinds, world, instance);
  const Site site{world, instance, outside, state};
  for (const auto add :
       {addLogin,       addStatic,  addUpload,     addMedia,        addJob,         addCode,
        addHost,        addClock,   addMigrations, addRequirements, addPlugins,     addSchema,
        addSettings,    addCommand, addMetrics,    addPolicies,     addPermissions, addBackup,
        addReplication, addTimers,  addCheckout,   addReports,      addValidators,  addMonitors,
        addConsumers,   addUpgrade, addReruns,     addWebhook}) {
    add(kinds, site);
  }
}

}  // namespace validation
