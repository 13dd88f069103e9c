#include "lib/service/workers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/celery.hpp"
#include "lib/service/redis_ask.hpp"

namespace service {
namespace {

// Clocks of process, container and Redis client: births are stamped a moment after the start.
constexpr auto kSlack = std::chrono::seconds(2);

constexpr std::string_view kPrefix = "rq:worker:";

/// Python's isoformat, with or without "Z".
std::optional<core::Time> moment(std::string text) {
  if (!text.empty() && !text.ends_with('Z')) text += 'Z';
  return core::parseUtc(text);
}

/// What the workers of a service on another host say that they run on; empty: not to be told.
std::string hostNameOf(ports::World& world, const config::Instance& instance,
                       const config::ServiceSettings& service) {
  if (service.host.empty() || service.manager == config::ServiceManager::compose) return {};
  ports::Files& files = config::worldOf(world, instance, service).files;
  return std::string(core::trim(files.read("/proc/sys/kernel/hostname")));
}

Registration ofRq(ports::World& world, const config::Instance& instance,
                  const config::ServiceSettings& service, const std::optional<core::Time>& since) {
  if (!RedisAsk(world, instance).known()) return {{}, "no Redis is known that would tell"};
  auto workers = rqWorkers(world, instance);
  if (const std::string host = hostNameOf(world, instance, service); !host.empty()) {
    workers.erase(std::remove_if(workers.begin(), workers.end(),
                                 [&](const Worker& worker) {
                                   return !worker.host.empty() && worker.host != host;
                                 }),
                  workers.end());
  }
  std::int64_t dead = 0;
  std::int64_t live = 0;
  std::int64_t before = 0;
  for (const auto& worker : workers) {
    const bool is_new = !since || (worker.born && *worker.born + kSlack >= *since);
    ++(worker.dead ? dead : is_new ? live : before);
  }
  std::string words = core::plural(live, "worker is registered", "workers are registered");
  if (since) words += " after the start";
  if (before > 0) words += ", " + core::plural(before, "registered", "registered") + " before it";
  if (dead > 0) {
    words += fmt::format(", {} dead (listed, without a heartbeat)", dead);
  }
  return {live > 0, words};
}

Registration ofCelery(ports::World& world, const config::Instance& instance,
                      const config::ServiceSettings& service,
                      const std::optional<core::Time>& since, bool ask) {
  if (!service.heartbeat.empty()) {
    const auto touched = heartbeatOf(config::worldOf(world, instance, service), service);
    if (!touched) return {false, "there is no heartbeat file " + service.heartbeat};
    const auto age = world.clock.now() - *touched;
    const bool fresh = age < kHeartbeatLimit && (!since || *touched + kSlack >= *since);
    return {fresh, fmt::format("heartbeat {} ago", core::formatDuration(age))};
  }
  if (!ask) return {{}, "no heartbeat file is configured, and Celery was not asked"};
  return pingCelery(world, instance, service);
}

}  // namespace

std::vector<Worker> rqWorkers(ports::World& world, const config::Instance& instance) {
  RedisAsk redis(world, instance);
  const int database = instance.redis.tasks_database;
  std::vector<Worker> workers;
  std::vector<std::string> questions;
  for (const auto& key : redis.lines(database, {"SMEMBERS rq:workers"})) {
    if (key.empty()) continue;
    Worker worker;
    worker.name = key.starts_with(kPrefix) ? key.substr(kPrefix.size()) : key;
    workers.push_back(std::move(worker));
    questions.push_back("HMGET " + RedisAsk::quoted(key) +
                        " birth last_heartbeat hostname queues state");
  }
  if (questions.empty()) return workers;
  constexpr std::size_t kFields = 5;
  const auto lines = redis.lines(database, questions);
  if (lines.size() < workers.size() * kFields) {
    throw core::Error(core::Kind::undetermined, "Redis's answer about its workers can't be read");
  }
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const auto* fields = &lines[i * kFields];
    workers[i].born = moment(fields[0]);
    workers[i].heartbeat = moment(fields[1]);
    workers[i].host = fields[2];
    workers[i].queues = fields[3];
    workers[i].state = fields[4];
    workers[i].dead = !workers[i].born && !workers[i].heartbeat;
  }
  return workers;
}

std::vector<std::string> rqRunningJobs(ports::World& world, const config::Instance& instance) {
  RedisAsk redis(world, instance);
  const int database = instance.redis.tasks_database;
  constexpr std::string_view kQueue = "rq:queue:";
  std::vector<std::string> questions;
  for (const auto& key : redis.lines(database, {"SMEMBERS rq:queues"})) {
    const std::string queue = key.starts_with(kQueue) ? key.substr(kQueue.size()) : key;
    if (queue.empty()) continue;
    // The score is the time at which a job counts as lost (RQ's StartedJobRegistry).
    questions.push_back(fmt::format(
        "ZRANGEBYSCORE {} {} +inf", RedisAsk::quoted("rq:wip:" + queue),
        std::chrono::duration_cast<std::chrono::seconds>(world.clock.now().time_since_epoch())
            .count()));
  }
  if (questions.empty()) return {};
  auto jobs = redis.lines(database, questions);
  jobs.erase(std::remove(jobs.begin(), jobs.end(), std::string()), jobs.end());
  return jobs;
}

Registration registrationOf(ports::World& world, const config::Instance& instance,
                            const config::ServiceSettings& service,
                            const std::optional<core::Time>& since, bool ask) {
  try {
    return instance.product == config::Product::netbox
               ? ofRq(world, instance, service, since)
               : ofCelery(world, instance, service, since, ask);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return {{}, error.what()};
  }
}

}  // namespace service
