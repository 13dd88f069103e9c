#pragma once

#include "lib/config/instance.hpp"
#include "lib/core/check.hpp"
#include "lib/core/progress.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// Whether a dependency really serves: PostgreSQL answers a query, Redis has read its data
/// (`loading:0` in INFO; a PONG it gives earlier, or an error that redis-cli does not count as
/// one). A healthy container or an open port is not enough. Any other service: that it runs.
core::CheckResult serves(ports::World& world, const config::Instance& instance,
                         const config::ServiceSettings& service);

/// Asks again and again. Errors: timed_out with what was said last ("Redis is loading: 12.5%").
void waitServing(ports::World& world, const config::Instance& instance,
                 const config::ServiceSettings& service, core::Duration limit,
                 core::Progress& progress);

}  // namespace service
