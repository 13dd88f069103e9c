#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/service/inside.hpp"
#include "lib/service/workers.hpp"

namespace service {

/// Older heartbeats are no sign of life: Nautobot's worker and beat touch their file every few
/// seconds.
inline constexpr auto kHeartbeatLimit = std::chrono::seconds(60);

/// When the heartbeat file was touched last, on the host or in the service's container; nothing if
/// there is none. Errors: those of the ports.
std::optional<core::Time> heartbeatOf(ports::World& world, const config::ServiceSettings& service);

/// Asks all workers of the broker for an answer within ten seconds (celery's own default of 1 s is
/// too short; it ends with 69 when nobody answers).
Registration pingCelery(ports::World& world, const config::Instance& instance,
                        const config::ServiceSettings& service);

/// A worker of Celery, as it answers.
struct CeleryNode {
  std::string name;                   // "celery@host"
  std::vector<std::string> queues{};  // that it takes tasks from
  int active = 0;                     // tasks that it does now
  int reserved = 0;                   // tasks that it has taken and not begun
};

/// All workers that answer within a few seconds, by name; empty if none does. Asks three times,
/// side by side. Errors: undetermined (in celery's words).
std::vector<CeleryNode> celeryNodes(ports::World& world, const config::Instance& instance,
                                    const config::ServiceSettings& service);

/// What `celery inspect active_queues`, `active` and `reserved` print with --json: an object with a
/// list by node, after whatever the application logged before it. Errors: undetermined.
std::vector<CeleryNode> parseNodes(const std::string& queues, const std::string& active,
                                   const std::string& reserved);

/// Ids of the tasks that run now. Errors: undetermined (nobody answers, in celery's words).
std::vector<std::string> celeryRunningTasks(ports::World& world, const config::Instance& instance,
                                            const config::ServiceSettings& service);

/// Task ids in the answer of `celery inspect active --json`: {"celery@HOST": [{"id": …}]}, after
/// whatever the application logged before it. Errors: undetermined.
std::vector<std::string> parseActive(const std::string& text);

}  // namespace service
