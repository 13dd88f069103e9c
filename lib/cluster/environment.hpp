#pragma once

#include <utility>

#include "lib/cluster/look.hpp"
#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/step/registry.hpp"
#include "lib/step/step.hpp"

namespace cluster {

/// What the step kinds of this area work with. Copied into each step; the things behind the
/// references outlive the steps.
struct Environment {
  ports::World& world;
  const config::Instance& instance;

  /// Errors: not_found (the configuration has no such node any more).
  const config::NodeSettings& node(const std::string& name) const;
  Node look(const std::string& name) const { return cluster::look(world, instance, node(name)); }
  std::unique_ptr<ports::Sql> connect(const std::string& name) const {
    return cluster::connect(world, instance, node(name));
  }
};

inline core::CheckResult check(std::string id, std::string subject, core::Outcome outcome,
                               std::string found, std::string wanted = {}, std::string hint = {}) {
  return {std::move(id),    std::move(subject), outcome,
          std::move(found), std::move(wanted),  std::move(hint)};
}

/// Asks `ready` again and again until it says so. Gives whether it did within `limit`.
bool waitFor(ports::World& world, core::Duration limit, const std::function<bool()>& ready);

}  // namespace cluster
