#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/celery.hpp"
#include "lib/service/questions.hpp"
#include "lib/service/redis_ask.hpp"
#include "lib/service/services.hpp"
#include "lib/service/workers.hpp"

namespace service {
namespace {

using core::Outcome;

core::CheckResult askRq(ports::World& world, const config::Instance& instance,
                        const checks::Arguments& arguments) {
  const int wanted = arguments.number("at_least", 1);
  if (wanted < 1) {
    throw core::Error(core::Kind::configuration, "at_least = 0 would ask nothing");
  }
  const std::string queue = arguments.text("queue", "");
  int live = 0;
  std::vector<std::string> dead;
  for (const auto& worker : rqWorkers(world, instance)) {
    const auto queues = core::split(worker.queues, ',');
    const bool serves =
        queue.empty() || std::find(queues.begin(), queues.end(), queue) != queues.end();
    if (worker.dead) {
      dead.push_back(worker.name);
    } else if (serves) {
      ++live;
    }
  }
  std::string found = core::plural(live, "worker", "workers");
  if (!dead.empty())
    found += "; dead, and still listed: " + core::printable(core::join(dead, ", "));
  const Outcome outcome = live < wanted  ? Outcome::fail
                          : dead.empty() ? Outcome::pass
                                         : Outcome::warn;
  return {{},
          queue.empty() ? "RQ workers" : "RQ workers of queue " + queue,
          outcome,
          found,
          fmt::format("at least {}", wanted),
          {}};
}

core::CheckResult askCelery(ports::World& world, const config::Instance& instance,
                            const config::ServiceSettings& service) {
  const auto found = service.heartbeat.empty()
                         ? pingCelery(world, instance, service)
                         : registrationOf(world, instance, service, {}, false);
  return {{},
          "service " + service.name,
          !found.registered   ? Outcome::unknown
          : *found.registered ? Outcome::pass
                              : Outcome::fail,
          found.words,
          "a worker answers, or its heartbeat is fresh",
          {}};
}

/// The service named, or the first of the workers.
const config::ServiceSettings& workerOf(const config::Instance& instance, const std::string& name) {
  for (const auto& service : instance.services) {
    const bool meant = name.empty() ? service.role == config::ServiceRole::worker
                                    : service.name == name || service.shared == name;
    if (meant) return service;
  }
  throw core::Error(core::Kind::undetermined,
                    name.empty() ? "no service of role worker is known"
                                 : "there is no service " + core::printable(name),
                    fmt::format("Name it in [[instance.{}.service]].", instance.name));
}

/// Tasks that wait in the broker, by queue: a list of Redis under the queue's own name (kombu 5).
std::map<std::string, int> backlog(ports::World& world, const config::Instance& instance,
                                   const std::set<std::string>& queues) {
  RedisAsk redis(world, instance);
  std::map<std::string, int> waiting;
  for (const std::string& queue : queues) {
    const auto answer =
        redis.lines(instance.redis.tasks_database, {"LLEN " + RedisAsk::quoted(queue)});
    waiting[queue] = answer.empty() ? 0 : std::atoi(answer.front().c_str());
  }
  return waiting;
}

/// Which workers answer, what they take, do and hold, and how much waits for them.
checks::CheckResult askCeleryWorkers(ports::World& world, const config::Instance& instance,
                                     const checks::Arguments& arguments) {
  const int warn = arguments.number("warn", 100);
  const int fail = arguments.number("fail", 10000);
  const auto nodes =
      celeryNodes(world, instance, workerOf(instance, arguments.text("service", "")));
  core::CheckResult result{{}, "Celery workers", Outcome::pass, {}, {}, {}};
  if (nodes.empty()) {
    result.outcome = Outcome::fail;
    result.found = "no worker answers";
    result.hint = "`sotctl service status` shows the workers.";
    return result;
  }
  std::set<std::string> taken;
  std::vector<std::string> words;
  std::vector<checks::Measure> measures;
  for (const CeleryNode& node : nodes) {
    taken.insert(node.queues.begin(), node.queues.end());
    words.push_back(fmt::format("{} takes {}, {} active, {} reserved", core::printable(node.name),
                                core::printable(core::join(node.queues, " and ")), node.active,
                                node.reserved));
    measures.push_back(
        {node.name + " active", static_cast<double>(node.active), "", "", "", "0", ""});
    measures.push_back(
        {node.name + " reserved", static_cast<double>(node.reserved), "", "", "", "0", ""});
  }
  std::vector<std::string> idle;
  for (const std::string& queue : arguments.list("queues")) {
    if (!taken.contains(queue)) idle.push_back(queue);
  }
  for (const auto& [queue, length] : backlog(world, instance, taken)) {
    words.push_back(
        fmt::format("{} {} in {}", length, length == 1 ? "waits" : "wait", core::printable(queue)));
    measures.push_back({queue + " waiting", static_cast<double>(length), "", std::to_string(warn),
                        std::to_string(fail), "0", ""});
    if (length > warn) result.outcome = core::worse(result.outcome, Outcome::warn);
    if (length > fail) result.outcome = Outcome::fail;
    if (length > warn) result.wanted = fmt::format("at most {} waiting", warn);
  }
  if (!idle.empty()) {
    result.outcome = Outcome::fail;
    words.insert(words.begin(), "nobody takes " + core::printable(core::join(idle, ", ")));
  }
  result.found = core::join(words, "; ");
  return {result, measures};
}

}  // namespace

void addWorkers(checks::Kinds& kinds, ports::World& world, const config::Instance& instance) {
  kinds.add("rq-workers",
            {{}, {"at_least", "queue"}, false, [&](const checks::Arguments& arguments) {
               return askRq(world, instance, arguments);
             }});
  kinds.add(
      "celery-workers",
      {{}, {"service", "queues", "warn", "fail"}, false, [&](const checks::Arguments& arguments) {
         return askCeleryWorkers(world, instance, arguments);
       }});
  kinds.add("celery", {{"service"}, {}, false, [&](const checks::Arguments& arguments) {
                         return askOnEachHost(world, instance, arguments.text("service"),
                                              [&](const auto& service) {
                                                return askCelery(world, instance, service);
                                              });
                       }});
}

}  // namespace service
