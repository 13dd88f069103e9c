#include "lib/service/celery.hpp"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <map>
#include <stdexcept>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "lib/hosts/parallel.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

constexpr int kNobodyAnswers = 69;  // EX_UNAVAILABLE

/// `celery inspect`, but for what is asked: it waits so long for a further answer.
ports::Command inspecting(ports::World& world, const config::Instance& instance,
                          const config::ServiceSettings& service, std::chrono::seconds wait) {
  const std::string server =
      service.manager == config::ServiceManager::compose || instance.root.empty()
          ? "nautobot-server"
          : instance.root + "/bin/nautobot-server";
  auto command =
      insideOf(world, instance, service,
               {server, "celery", "inspect", "--timeout", std::to_string(wait.count()), "--json"});
  command.limit = 60s;
  return command;
}

ports::Outcome inspect(ports::World& world, const config::Instance& instance,
                       const config::ServiceSettings& service, const std::string& what) {
  auto command = inspecting(world, instance, service, 10s);
  command.argv.push_back(what);
  return config::worldOf(world, instance, service).shell.run(command);
}

/// Calls `use` with each node and its list.
void forEachNode(const std::string& text,
                 const std::function<void(const std::string&, const core::Json&)>& use) {
  const auto from = text.find('{');
  try {
    if (from == std::string::npos) throw std::runtime_error("no JSON");
    const auto answer = core::Json::parse(text.substr(from, text.rfind('}') + 1 - from));
    for (const auto& [node, list] : answer.items()) use(node, list);
  } catch (const std::exception&) {
    throw core::Error(core::Kind::undetermined,
                      "celery's answer can't be read: " + core::printable(text.substr(0, 120)));
  }
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
  std::vector<std::string> ids;
  forEachNode(text, [&](const std::string&, const core::Json& tasks) {
    for (const auto& task : tasks) ids.push_back(task.at("id").get<std::string>());
  });
  return ids;
}

std::vector<CeleryNode> parseNodes(const std::string& queues, const std::string& active,
                                   const std::string& reserved) {
  std::map<std::string, CeleryNode> nodes;
  forEachNode(queues, [&](const std::string& node, const core::Json& list) {
    for (const auto& queue : list) {
      nodes[node].queues.push_back(queue.at("name").get<std::string>());
    }
  });
  forEachNode(active, [&](const std::string& node, const core::Json& list) {
    nodes[node].active = static_cast<int>(list.size());
  });
  forEachNode(reserved, [&](const std::string& node, const core::Json& list) {
    nodes[node].reserved = static_cast<int>(list.size());
  });
  std::vector<CeleryNode> all;
  for (auto& [name, node] : nodes) {
    node.name = name;
    all.push_back(std::move(node));
  }
  return all;
}

std::vector<CeleryNode> celeryNodes(ports::World& world, const config::Instance& instance,
                                    const config::ServiceSettings& service) {
  // Each starts the whole application, and then waits until nobody answers any more.
  const std::vector<std::string> questions{"active_queues", "active", "reserved"};
  const auto command = inspecting(world, instance, service, 5s);
  ports::Shell& shell = config::worldOf(world, instance, service).shell;
  const auto answers = hosts::askHosts<ports::Outcome>(questions, {}, world.cancellation,
                                                       [&](const std::string& question) {
                                                         auto mine = command;
                                                         mine.argv.push_back(question);
                                                         return shell.run(mine);
                                                       });
  for (const auto& answer : answers) {
    if (answer.error) std::rethrow_exception(answer.error);
    world.cancellation.check();
    if (answer.value.ok()) continue;
    if (answer.value.status == kNobodyAnswers) return {};
    throw core::Error(core::Kind::undetermined,
                      fmt::format("celery inspect {}: {}", answer.host, answer.value.inWords()));
  }
  return parseNodes(answers[0].value.out, answers[1].value.out, answers[2].value.out);
}

std::vector<std::string> celeryRunningTasks(ports::World& world, const config::Instance& instance,
                                            const config::ServiceSettings& service) {
  const auto outcome = inspect(world, instance, service, "active");
  if (outcome.ok()) return parseActive(outcome.out);
  throw core::Error(core::Kind::undetermined, "celery inspect active: " + outcome.inWords());
}

}  // namespace service
