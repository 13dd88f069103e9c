#include "lib/application/redis.hpp"

#include <fmt/format.h>

#include "lib/application/password.hpp"

namespace application {

bool hasRedis(const config::Instance& instance) {
  return !instance.redis.host.empty() || !instance.redis.socket.empty();
}

std::string redisInWords(const config::RedisSettings& redis) {
  return redis.socket.empty() ? fmt::format("Redis on {}:{}", redis.host, redis.port)
                              : "Redis on " + redis.socket;
}

ports::Command redisCommand(ports::World& world, const config::Instance& instance, int database,
                            const std::vector<std::string>& words) {
  const config::RedisSettings& redis = instance.redis;
  ports::Command command{.argv = {"redis-cli", "--no-auth-warning"},
                         .limit = std::chrono::seconds(10),
                         .mutates = false};
  auto& argv = command.argv;
  if (redis.socket.empty()) {
    argv.insert(argv.end(), {"-h", redis.host, "-p", std::to_string(redis.port)});
  } else {
    argv.insert(argv.end(), {"-s", redis.socket});
  }
  argv.insert(argv.end(), {"-n", std::to_string(database)});
  argv.insert(argv.end(), words.begin(), words.end());
  const core::Secret password = resolvePassword(world, instance, redis.password);
  if (!password.empty()) command.environment["REDISCLI_AUTH"] = password;
  return command;
}

}  // namespace application
