#pragma once

#include "lib/config/hosts.hpp"
#include "lib/config/instance.hpp"
#include "lib/core/check.hpp"
#include "lib/ports/world.hpp"
#include "lib/step/step.hpp"

namespace service {

/// What the step kinds of this area work with. Copied into each step; the things behind the
/// references outlive the steps.
struct Environment {
  ports::World& world;
  const config::Instance& instance;

  /// The world of a service's host. Errors: those of config::worldOf().
  ports::World& at(const config::ServiceSettings& service) const {
    return config::worldOf(world, instance, service);
  }
};

inline step::Observation seen(const char* kind, std::string subject, core::Outcome outcome,
                              std::string found, std::string wanted = {}, std::string hint = {}) {
  return step::observed(
      {kind, std::move(subject), outcome, std::move(found), std::move(wanted), std::move(hint)});
}

}  // namespace service
