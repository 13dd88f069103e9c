#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/json.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// A monitoring system that can be told to keep quiet about some hosts and services. What is placed
/// has a mark in its comment, by which it is found again after a crash; it is removed by the ids
/// that the system itself gives, and ends by itself in any case.
class Monitoring {
 public:
  virtual ~Monitoring() = default;
  /// Errors of all: unreachable, denied, failed_check (its answer, in words).
  virtual void place(const std::string& mark, const std::string& comment, core::Time until) = 0;
  /// Ids of what has the mark and has not ended.
  virtual std::vector<std::string> placed(const std::string& mark) = 0;
  virtual void remove(const std::string& id) = 0;
  /// "Icinga at https://…": for messages.
  virtual std::string inWords() const = 0;
};

/// {system: "icinga2", url, user, password: {file}, hosts: […]}: downtimes of those hosts and all
/// their services (Icinga 2 API v1, 2.8 and later);
/// {system: "alertmanager", url, matchers: {instance: "netbox1:9100", …}}: silences (API v2);
/// {system: "command", place: [argv], list: [argv], remove: [argv]}: programs of the site. `list`
/// prints the ids of what has the mark, one in each line.
/// Errors: configuration (unknown system, nothing named that it would be quiet about).
std::unique_ptr<Monitoring> makeMonitoring(ports::World& world, const config::Instance& instance,
                                           const core::Json& arguments);

/// The arguments of the bracket `monitoring.downtime` for what is configured.
core::Json downtimeArguments(const config::DowntimeSettings& settings, const std::string& comment,
                             const std::string& run);

}  // namespace service
