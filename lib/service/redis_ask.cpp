#include "lib/service/redis_ask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/application/password.hpp"
#include "lib/application/redis.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/compose.hpp"

namespace service {
namespace {

/// Errors of Redis begin with one of these words (redis.io, RESP errors; redis-cli prints them as
/// any other answer when it is not on a terminal).
core::Kind kindOf(const std::string& line) {
  for (const char* word : {"NOAUTH ", "WRONGPASS ", "NOPERM "}) {
    if (line.starts_with(word)) return core::Kind::denied;
  }
  return core::Kind::undetermined;
}

bool isError(const std::string& line) {
  constexpr std::array kWords{"NOAUTH ",    "WRONGPASS ",  "NOPERM ",   "LOADING ", "ERR ",
                              "WRONGTYPE ", "MASTERDOWN ", "READONLY ", "OOM ",     "MISCONF "};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](const char* word) { return line.starts_with(word); });
}

}  // namespace

std::string RedisAsk::quoted(const std::string& word) {
  std::string text = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (static_cast<unsigned char>(c) < ' ') {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text + "\"";
}

const config::ServiceSettings* RedisAsk::container() const {
  for (const auto& service : instance_.services) {
    if (service.role == config::ServiceRole::redis &&
        service.manager == config::ServiceManager::compose) {
      return &service;
    }
  }
  return nullptr;
}

bool RedisAsk::known() const { return application::hasRedis(instance_) || container() != nullptr; }

ports::World& RedisAsk::place() {
  const config::ServiceSettings* service = container();
  const bool ours = application::hasRedis(instance_) || service == nullptr;
  return ours ? world_ : config::worldOf(world_, instance_, *service);
}

ports::Command RedisAsk::command(int database) {
  if (application::hasRedis(instance_)) {
    return application::redisCommand(world_, instance_, database, {});
  }
  const config::ServiceSettings* service = container();
  if (service == nullptr) {
    throw core::Error(core::Kind::configuration,
                      fmt::format("instance {} has no Redis that is known", instance_.name),
                      fmt::format("Set [instance.{}.redis].", instance_.name));
  }
  Compose compose(place(), *service);
  for (const auto& one : compose.containers()) {
    if (one.status != "running") continue;
    // The password goes from our environment into the container's, never through an argument; where
    // none is configured, the container's own is used, as its images are told it.
    const auto password = application::resolvePassword(world_, instance_, instance_.redis.password);
    std::vector<std::string> words{"exec", "-i"};
    if (!password.empty()) words.insert(words.end(), {"-e", "REDISCLI_AUTH"});
    words.insert(words.end(), {one.id, "sh", "-c",
                               "a=${REDISCLI_AUTH:-$REDIS_PASSWORD}; [ -z \"$a\" ] || export "
                               "REDISCLI_AUTH=\"$a\"; exec redis-cli --no-auth-warning -n \"$0\"",
                               std::to_string(database)});
    auto command = compose.engineCommand(std::move(words));
    if (!password.empty()) command.environment["REDISCLI_AUTH"] = password;
    return command;
  }
  throw core::Error(core::Kind::unreachable,
                    fmt::format("no container of service {} is running", service->name));
}

std::vector<std::string> RedisAsk::lines(int database, const std::vector<std::string>& commands,
                                         bool mutates) {
  auto asked = command(database);
  asked.mutates = mutates;
  const auto outcome = place().shell.run(asked, core::join(commands, "\n") + "\n");
  auto lines = core::split(outcome.out, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (const auto& line : lines) {
    if (isError(line)) {
      throw core::Error(kindOf(line), "Redis answers: " + core::printable(line.substr(0, 200)));
    }
  }
  if (outcome.ok() && outcome.err.find("Could not connect") == std::string::npos) return lines;
  throw core::Error(core::Kind::unreachable, "redis-cli: " + outcome.inWords());
}

}  // namespace service
