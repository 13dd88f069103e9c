#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// A worker as it registered itself.
struct Worker {
  std::string name;
  bool dead = false;  // still listed, and its own record has expired: it sends no heartbeat
  std::optional<core::Time> born{};
  std::optional<core::Time> heartbeat{};
  std::string host{};
  std::string queues{};
  std::string state{};
};

/// The members of rq:workers with their records (RQ 1.x and 2.x: hash rq:worker:NAME, whose expiry
/// each heartbeat renews). Errors: those of RedisAsk.
std::vector<Worker> rqWorkers(ports::World& world, const config::Instance& instance);
/// Running jobs of all queues, by id (sorted sets rq:wip:QUEUE of the started jobs).
std::vector<std::string> rqRunningJobs(ports::World& world, const config::Instance& instance);

/// What can be said of the workers that one service should have: registered or not, since when.
/// RQ for NetBox; for Nautobot the heartbeat file, or, where `ask` says so, Celery's own ping
/// (takes seconds).
struct Registration {
  std::optional<bool> registered{};  // nothing: could not determine
  std::string words{};
};
/// `since`: only what registered or gave a sign after that counts.
Registration registrationOf(ports::World& world, const config::Instance& instance,
                            const config::ServiceSettings& service,
                            const std::optional<core::Time>& since, bool ask);

}  // namespace service
