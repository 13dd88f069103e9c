#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "commands/service/shared.hpp"
#include "lib/service/steps.hpp"

/// What `service restart` is made of.
namespace commands::service_restart {

using service_shared::Chosen;

struct RestartOptions {
  std::optional<std::string> only;
  bool with_dependencies = false;
  std::optional<core::Duration> drain;
  std::optional<core::Duration> kill_after;
  std::optional<core::Duration> settle;
  std::optional<core::Duration> limit;
  std::optional<std::string> if_older_than;
  std::vector<std::string> replace;
  bool pull = false;
  bool build = false;
  bool no_cache = false;
  bool recreate = false;
  bool clear_cache = false;
  bool rolling = false;
  std::optional<core::Duration> wait_for_manager;
  std::optional<core::Duration> disable_agent;
};

bool isDependency(const config::ServiceSettings& service);

/// The hosts of services, each once, in their order.
std::vector<std::string> hostsOf(const Chosen& services);

/// The steps of a restart of `services`, with --rolling one frontend after the other. Errors:
/// usage, refused (one frontend alone; what --replace can't replace).
std::vector<step::Spec> stepsOf(Context& context, const config::Instance& instance,
                                const RestartOptions& options, const Chosen& services,
                                const std::string& run);

}  // namespace commands::service_restart
