#include "commands/operation.hpp"

#include "commands/kinds.hpp"
#include "commands/lock_scope.hpp"
#include "commands/trusted.hpp"
#include "lib/core/error.hpp"
#include "lib/core/version.hpp"
#include "lib/database/pooler.hpp"

namespace commands {
namespace {

/// Where another host keeps its runs: what the configuration says for all of them, else root's.
std::string stateThere(Context& context) {
  const auto& file = context.config();
  return file && !file->state.empty() ? file->state : "/var/lib/sotctl";
}

std::vector<step::OtherHost> otherHosts(Context& context, const config::Instance& instance) {
  std::vector<step::OtherHost> others;
  for (const config::HostSettings& host : instance.hosts) {
    ports::World& world = context.host(instance, host.address.name);
    if (&world == &context.world()) continue;
    others.push_back({host.address.name, &world, stateThere(context)});
  }
  return others;
}

}  // namespace

step::LockScope lockScope(Context& context, const config::Instance& instance,
                          Operation::Locks locks) {
  step::LockScope scope;
  scope.instance = instance.name;
  scope.database = instance.database.name;
  scope.others = otherHosts(context, instance);
  scope.may_miss = [&context](const std::string& host) {
    return context.accepted("unreachable-host:" + host);
  };
  if (locks == Operation::Locks::hosts) return scope;
  ports::World& world = context.world();
  scope.connect = [&world, &instance](const std::string& label) {
    database::Database database(world, instance);
    database::refusePooler(database);
    std::unique_ptr<ports::Sql> session = database.admin();
    // An idle session holds the lock: it must not be ended for being idle.
    session->query(
        "SELECT set_config('application_name', $1, false), "
        "set_config('idle_session_timeout', '0', false)",
        {label.substr(0, 63)});
    return session;
  };
  return scope;
}

Operation::Operation(Context& context, const config::Instance& instance, Locks locks)
    : context_(context),
      instance_(instance),
      registry_(allKinds(context.world(), instance)),
      store_(context.world(), context.stateFolder()),
      engine_({context.world(), registry_, store_, context.out().progress(),
               lockScope(context, instance, locks), core::version()}) {}

std::vector<OtherPlace> otherPlaces(Context& context, const config::Instance& instance) {
  std::vector<OtherPlace> places;
  for (const step::OtherHost& other : otherHosts(context, instance)) {
    if (context.accepted("unreachable-host:" + other.name)) continue;
    places.push_back({other.name, other.state});
  }
  return places;
}

service::HoldPlaces holdPlaces(Context& context, const config::Instance& instance) {
  service::HoldPlaces places{service::holdFile(context.stateFolder(), instance.name), {}};
  for (const OtherPlace& other : otherPlaces(context, instance)) {
    places.other[other.host] = service::holdFile(other.state, instance.name);
  }
  return places;
}

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
