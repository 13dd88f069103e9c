#include "lib/config/read.hpp"

namespace config {

RedisSettings readRedis(Table& table) {
  RedisSettings redis;
  if (table.has("socket") && table.has("host")) {
    table.complain("socket", "stands instead of host and port: keep one of them");
  }
  redis.socket = table.absolutePath("socket");
  redis.host = table.text("host", "localhost");
  redis.port = table.number("port", 6379, 1, 65535);
  redis.tasks_database = table.number("tasks_database", 0, 0, 65535);
  redis.cache_database = table.number("cache_database", 1, 0, 65535);
  redis.password = readPassword(table, "redis.tasks");
  table.finish();
  return redis;
}

}  // namespace config
