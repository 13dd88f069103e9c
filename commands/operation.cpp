#include "commands/operation.hpp"

#include "commands/kinds.hpp"
#include "commands/trusted.hpp"
#include "lib/core/error.hpp"
#include "lib/core/version.hpp"
#include "lib/database/pooler.hpp"

namespace commands {
namespace {

step::LockScope lockScope(Context& context, const config::Instance& instance,
                          Operation::Locks locks) {
  if (locks == Operation::Locks::host) return {instance.name, instance.database.name, nullptr};
  ports::World& world = context.world();
  return {instance.name, instance.database.name, [&world, &instance](const std::string& label) {
            database::Database database(world, instance);
            database::refusePooler(database);
            std::unique_ptr<ports::Sql> session = database.admin();
            // An idle session holds the lock: it must not be ended for being idle.
            session->query(
                "SELECT set_config('application_name', $1, false), "
                "set_config('idle_session_timeout', '0', false)",
                {label.substr(0, 63)});
            return session;
          }};
}

}  // namespace

Operation::Operation(Context& context, const config::Instance& instance, Locks locks)
    : context_(context),
      instance_(instance),
      registry_(allKinds(context.world(), instance)),
      store_(context.world(), context.stateFolder()),
      engine_({context.world(), registry_, store_, context.out().progress(),
               lockScope(context, instance, locks), core::version()}) {}

void Operation::refuseUnfinished() {
  requireTrustedRuns(context_);
  try {
    step::refuseUnfinished(store_, instance_.name, {});
  } catch (const core::Error& error) {
    if (!context_.globals().dry_run) throw;
    context_.out().warn(error.what());
  }
}

}  // namespace commands
