#include "lib/service/celery.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

constexpr int kNobodyAnswers = 69;  // EX_UNAVAILABLE

ports::Outcome inspect(ports::World& world, const config::Instance& instance,
                       const config::ServiceSettings& service, const std::string& what) {
  const std::string server =
      service.manager == config::ServiceManager::compose || instance.root.empty()
          ? "nautobot-server"
          : instance.root + "/bin/nautobot-server";
  auto command = insideOf(world, instance, service,
                          {server, "celery", "inspect", "--timeout", "10", "--json", what});
  command.limit = 60s;
  return config::worldOf(world, instance, service).shell.run(command);
}

}  // namespace

std::optional<core::Time> heartbeatOf(ports::World& world, const config::ServiceSettings& service) {
  if (service.manager != config::ServiceManager::compose) {
    const auto info = world.files.info(service.heartbeat);
    return info ? std::optional(info->changed) : std::nullopt;
  }
  const auto outcome = world.shell.run(
      insideContainer(world, service, {"stat", "-c", "%Y", "--", service.heartbeat}));
  if (!outcome.ok()) return std::nullopt;
  const auto text = core::trim(outcome.out);
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return core::Time(std::chrono::seconds(seconds));
}

Registration pingCelery(ports::World& world, const config::Instance& instance,
                        const config::ServiceSettings& service) {
  const auto outcome = inspect(world, instance, service, "ping");
  if (outcome.ok()) return {true, "workers answer Celery's ping"};
  if (outcome.status == kNobodyAnswers) return {false, "no worker answers Celery's ping"};
  return {{}, "celery inspect ping: " + outcome.inWords()};
}

std::vector<std::string> parseActive(const std::string& text) {
  const auto from = text.find('{');
  std::vector<std::string> ids;
  try {
    if (from == std::string::npos) throw std::runtime_error("no JSON");
    const auto answer = core::Json::parse(text.substr(from, text.rfind('}') + 1 - from));
    for (const auto& [node, tasks] : answer.items()) {
      for (const auto& task : tasks) ids.push_back(task.at("id").get<std::string>());
    }
  } catch (const std::exception&) {
    throw core::Error(core::Kind::undetermined,
                      "celery's answer can't be read: " + core::printable(text.substr(0, 120)));
  }
  return ids;
}

std::vector<std::string> celeryRunningTasks(ports::World& world, const config::Instance& instance,
                                            const config::ServiceSettings& service) {
  const auto outcome = inspect(world, instance, service, "active");
  if (outcome.ok()) return parseActive(outcome.out);
  throw core::Error(core::Kind::undetermined, "celery inspect active: " + outcome.inWords());
}

}  // namespace service
