#include "lib/restore/cache.hpp"

#include <fmt/format.h>

#include <charconv>

#include "lib/application/redis.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "cache.cleared";

std::optional<std::int64_t> asNumber(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string ask(const Environment& environment, const std::string& word, bool mutates) {
  ports::Command command = application::redisCommand(
      environment.world, environment.instance, environment.instance.redis.cache_database, {word});
  command.mutates = mutates;
  const ports::Outcome outcome = environment.world.shell.run(command);
  return std::string(core::trim(outcome.out.empty() ? outcome.err : outcome.out));
}

}  // namespace

std::string CacheCleared::title() const { return "the application's cache was emptied"; }

core::CheckResult CacheCleared::look(core::Outcome outcome, const std::string& found) const {
  return check(kKind, application::redisInWords(environment_.instance.redis), outcome, found,
               title());
}

step::Observation CacheCleared::observe(const core::Json* before) {
  const config::RedisSettings& redis = environment_.instance.redis;
  if (!application::hasRedis(environment_.instance)) {
    return step::observed(look(core::Outcome::warn, "no Redis is known"));
  }
  if (redis.cache_database == redis.tasks_database) {
    return step::observed(look(
        core::Outcome::warn,
        fmt::format("left alone: database {} holds the job queue as well", redis.cache_database)));
  }
  try {
    const std::string answer = ask(environment_, "DBSIZE", false);
    const std::optional<std::int64_t> keys = asNumber(answer);
    if (!keys) {
      return step::observed(look(core::Outcome::warn, "left alone: could not determine: " +
                                                          core::printable(answer.substr(0, 200))));
    }
    return step::observed(
        look(*keys == 0 && before != nullptr ? core::Outcome::pass : core::Outcome::fail,
             core::plural(*keys, "key", "keys") + " in database " +
                 std::to_string(redis.cache_database)));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return step::observed(look(core::Outcome::warn, std::string("left alone: ") + error.what()));
  }
}

core::Json CacheCleared::before() {
  return {{"database", environment_.instance.redis.cache_database}};
}

void CacheCleared::apply(const core::Json&, core::Progress&) {
  const std::string answer = ask(environment_, "FLUSHDB", true);
  if (answer == "OK") return;
  throw core::Error(core::Kind::unexpected,
                    fmt::format("{} did not empty its cache database: {}",
                                application::redisInWords(environment_.instance.redis),
                                core::printable(answer.substr(0, 200))));
}

/// Emptied once more on the way back: what was cached since belongs to the other database.
step::Compensation CacheCleared::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::by({kKind, core::Json::object()});
}

std::vector<std::string> CacheCleared::manual() const {
  const config::RedisSettings& redis = environment_.instance.redis;
  if (redis.cache_database == redis.tasks_database) return {};
  std::vector<std::string> argv{"redis-cli"};
  if (redis.socket.empty()) {
    argv.insert(argv.end(), {"-h", redis.host, "-p", std::to_string(redis.port)});
  } else {
    argv.insert(argv.end(), {"-s", redis.socket});
  }
  argv.insert(argv.end(), {"-n", std::to_string(redis.cache_database), "FLUSHDB"});
  return {core::shellLine(argv)};
}

}  // namespace restore
