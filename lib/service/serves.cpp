#include "lib/service/serves.hpp"

#include <fmt/format.h>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/service/inside.hpp"
#include "lib/service/redis_ask.hpp"
#include "lib/service/services.hpp"

namespace service {
namespace {

using core::Outcome;
using namespace std::chrono_literals;

core::CheckResult databaseServes(ports::World& world, const config::Instance& instance,
                                 const config::ServiceSettings& service) {
  core::CheckResult result{"serves", "service " + service.name, Outcome::pass, {}, "answers", {}};
  // The port of a container's database is often published to nobody.
  if (service.manager == config::ServiceManager::compose) {
    ports::World& there = config::worldOf(world, instance, service);
    const auto outcome = there.shell.run(
        insideContainer(there, service,
                        {"pg_isready", "-t", "3", "-U", instance.database.application.user, "-d",
                         instance.database.name}));
    result.found = core::trim(outcome.out.empty() ? outcome.err : outcome.out);
    result.outcome = outcome.ok() ? Outcome::pass : Outcome::fail;
    return result;
  }
  auto sql = database::Database(world, instance).application();
  sql->query("SELECT 1");
  result.found = "PostgreSQL answers";
  return result;
}

std::string field(const std::vector<std::string>& lines, const std::string& name) {
  for (const auto& line : lines) {
    if (line.starts_with(name + ":")) return std::string(core::trim(line.substr(name.size() + 1)));
  }
  return {};
}

core::CheckResult redisServes(ports::World& world, const config::Instance& instance,
                              const config::ServiceSettings& service) {
  core::CheckResult result{"serves", "service " + service.name, Outcome::pass, {}, "loading:0", {}};
  RedisAsk redis(world, instance);
  const auto lines = redis.lines(instance.redis.tasks_database, {"INFO persistence"});
  const std::string loading = field(lines, "loading");
  result.outcome = loading == "0" ? Outcome::pass : Outcome::fail;
  result.found = loading == "0" ? "Redis has its data"
                                : "Redis is loading: " + field(lines, "loading_loaded_perc") + "%";
  return result;
}

core::CheckResult runs(ports::World& world, const config::Instance& instance,
                       const config::ServiceSettings& service) {
  const auto state = Services(world, instance).observe(service);
  return {"serves",
          "service " + service.name,
          state.running == Running::yes  ? Outcome::pass
          : state.running == Running::no ? Outcome::fail
                                         : Outcome::unknown,
          state.words,
          "running",
          {}};
}

}  // namespace

core::CheckResult serves(ports::World& world, const config::Instance& instance,
                         const config::ServiceSettings& service) {
  try {
    if (service.role == config::ServiceRole::database && !instance.database.name.empty()) {
      return databaseServes(world, instance, service);
    }
    if (service.role == config::ServiceRole::redis && RedisAsk(world, instance).known()) {
      return redisServes(world, instance, service);
    }
    return runs(world, instance, service);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return {"serves", "service " + service.name, Outcome::fail, error.what(), {}, error.hint()};
  }
}

void waitServing(ports::World& world, const config::Instance& instance,
                 const config::ServiceSettings& service, core::Duration limit,
                 core::Progress& progress) {
  const auto end = world.clock.steady() + limit;
  for (;;) {
    world.cancellation.check();
    const auto found = serves(world, instance, service);
    if (found.outcome == Outcome::pass) return;
    progress.at("waiting for " + service.name + ": " + found.found, 0, 0);
    if (world.clock.steady() >= end) {
      throw core::Error(core::Kind::timed_out,
                        fmt::format("service {} runs and does not serve after {}: {}", service.name,
                                    core::formatDuration(limit), found.found),
                        found.hint);
    }
    world.clock.sleep(50ms);
  }
}

}  // namespace service
