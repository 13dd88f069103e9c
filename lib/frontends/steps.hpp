#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/step/registry.hpp"
#include "lib/step/step.hpp"

namespace frontends {

/// Adds this area's step kinds. `world` and `instance` must outlive the registry.
///
/// - `frontend.healthy` {host}: its own probes pass, asked straight. Changes nothing.
/// - `frontend.pooled` {host, balancer}, `frontend.depooled` {host, balancer}: people are led to
/// it,
///   or not. Taken back by the other one where it was otherwise before.
/// - `frontend.serves` {after}: the instance answers as people see it, through the balancer; where
///   no such probe is configured, that is said. `after` tells one of these steps from another.
void registerSteps(step::Registry& registry, ports::World& world, const config::Instance& instance);

/// Leads people to `to` and away from the others: in first, and only one that is healthy; never the
/// last one out.
std::vector<step::Spec> switchSteps(const config::Instance& instance,
                                    const std::vector<std::string>& to,
                                    const std::vector<std::string>& away);

}  // namespace frontends
