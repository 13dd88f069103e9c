#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/celery.hpp"
#include "lib/service/questions.hpp"
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

}  // namespace

void addWorkers(checks::Kinds& kinds, ports::World& world, const config::Instance& instance) {
  kinds.add("rq-workers",
            {{}, {"at_least", "queue"}, false, [&](const checks::Arguments& arguments) {
               return askRq(world, instance, arguments);
             }});
  kinds.add("celery", {{"service"}, {}, false, [&](const checks::Arguments& arguments) {
                         return askOnEachHost(world, instance, arguments.text("service"),
                                              [&](const auto& service) {
                                                return askCelery(world, instance, service);
                                              });
                       }});
}

}  // namespace service
