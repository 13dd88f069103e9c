#include <fmt/format.h>

#include "lib/application/redis.hpp"
#include "lib/core/text.hpp"
#include "lib/doctor/doctor.hpp"
#include "lib/doctor/outcome.hpp"

namespace doctor {
namespace {

constexpr const char* kId = "redis.reachable";

core::CheckResult judge(const ports::Outcome& outcome, const std::string& subject) {
  // redis-cli 7 ends with 0 after an error of the server, and with 1 without a connection.
  const std::string said = core::printable(core::trim(outcome.out + outcome.err));
  if (core::trim(outcome.out) == "PONG") return passed(kId, subject, "answers");
  const bool login =
      said.find("NOAUTH") != std::string::npos || said.find("WRONGPASS") != std::string::npos;
  return failed(kId, subject, said.empty() ? outcome.inWords() : said.substr(0, 200),
                login ? "Correct password in the instance's [redis] section."
                      : "See whether it runs, and where it listens.");
}

}  // namespace

core::CheckResult pingRedis(ports::World& world, const config::Instance& instance) {
  const auto& redis = instance.redis;
  const std::string subject = application::redisInWords(redis);
  try {
    const ports::Command command =
        application::redisCommand(world, instance, redis.tasks_database, {"PING"});
    return judge(world.shell.run(command), subject);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    if (error.kind() != core::Kind::not_found) return fromError(kId, subject, error);
    return unknown(kId, subject, error.what(),
                   "Install redis-tools, which has redis-cli, to let sotctl ask.");
  }
}

Results checkRedis(ports::World& world, const config::Instance& instance) {
  const auto& redis = instance.redis;
  if (!application::hasRedis(instance)) {
    return {unknown(kId, "Redis", "none is configured or was found",
                    "Set [instance." + instance.name + ".redis].")};
  }
  Results results{pingRedis(world, instance)};
  if (redis.tasks_database == redis.cache_database) {
    results.push_back(warned("redis.databases", application::redisInWords(redis),
                             fmt::format("tasks and cache share database {}", redis.cache_database),
                             "Emptying the cache would lose queued tasks: give each its own."));
  }
  return results;
}

}  // namespace doctor
