#include "lib/service/step_drained.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/celery.hpp"
#include "lib/service/redis_ask.hpp"
#include "lib/service/step_running.hpp"
#include "lib/service/workers.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

constexpr const char* kKind = "jobs.drained";
constexpr auto kLook = 200ms;

bool usesRq(const config::Instance& instance) {
  return instance.product == config::Product::netbox;
}

const config::ServiceSettings* worker(const config::Instance& instance) {
  for (const auto& service : instance.services) {
    if (service.role == config::ServiceRole::worker) return &service;
  }
  return nullptr;
}

}  // namespace

Drained::Drained(Environment environment, const core::Json& arguments)
    : environment_(environment),
      limit_(durationAt(arguments, "limit_ms")),
      run_(arguments.at("run").get<std::string>()) {}

std::string Drained::title() const {
  return fmt::format("running jobs have ended, at most {} waited", core::formatDuration(limit_));
}

std::vector<std::string> Drained::running() {
  const auto* service = worker(environment_.instance);
  if (service == nullptr) return {};
  return usesRq(environment_.instance)
             ? rqRunningJobs(environment_.world, environment_.instance)
             : celeryRunningTasks(environment_.world, environment_.instance, *service);
}

step::Observation Drained::observe(const core::Json* before) {
  try {
    left_ = running();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return seen(kKind, "jobs", core::Outcome::warn,
                fmt::format("could not determine whether jobs run: {}", error.what()));
  }
  if (left_.empty()) return seen(kKind, "jobs", core::Outcome::pass, "no job runs");
  const std::string words = fmt::format(
      "{}: {}",
      core::plural(static_cast<std::int64_t>(left_.size()), "job still runs", "jobs still run"),
      core::printable(core::join(left_, ", ")));
  const bool over = before != nullptr && waited_;
  return seen(kKind, "jobs", over ? core::Outcome::warn : core::Outcome::fail, words, title());
}

/// The key that `rq suspend` sets (rq/suspension.py: rq:suspended; any value, expiry in seconds).
void Drained::suspend() {
  if (!usesRq(environment_.instance)) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit_ + 120s).count();
  RedisAsk(environment_.world, environment_.instance)
      .lines(environment_.instance.redis.tasks_database,
             {fmt::format("SET rq:suspended {} NX EX {}", RedisAsk::quoted("sotctl " + run_),
                          seconds)},
             true);
}

void Drained::apply(const core::Json&, core::Progress& progress) {
  suspend();
  const auto end = environment_.world.clock.steady() + limit_;
  for (;;) {
    left_ = running();
    if (left_.empty() || environment_.world.clock.steady() >= end) break;
    progress.at("waiting for jobs to end: " + core::join(left_, ", "), 0, 0);
    environment_.world.clock.sleep(kLook);
  }
  waited_ = true;
  if (left_.empty()) return;
  progress.say(fmt::format(
      "after {}: {}: {}", core::formatDuration(limit_),
      core::plural(static_cast<std::int64_t>(left_.size()), "job still runs", "jobs still run"),
      core::printable(core::join(left_, ", "))));
}

core::Json Drained::results() const { return {{"jobs_left", left_}}; }

std::vector<std::string> Drained::manual() const {
  if (!usesRq(environment_.instance)) return {"nautobot-server celery inspect active"};
  return {fmt::format("redis-cli -n {} --scan --pattern 'rq:wip:*'  # wait until none is left",
                      environment_.instance.redis.tasks_database)};
}

void endSuspension(const Environment& environment, const std::string& run) {
  RedisAsk redis(environment.world, environment.instance);
  if (!usesRq(environment.instance) || !redis.known()) return;
  const int database = environment.instance.redis.tasks_database;
  try {
    const auto lines = redis.lines(database, {"GET rq:suspended"});
    if (!lines.empty() && lines.front() == "sotctl " + run) {
      redis.lines(database, {"DEL rq:suspended"}, true);
    }
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
  }
}

}  // namespace service
