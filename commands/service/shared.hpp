#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "lib/service/hold.hpp"
#include "lib/service/judge.hpp"

namespace commands::service_shared {

using Chosen = std::vector<const config::ServiceSettings*>;

/// The services of these names, or all, in start order; the name of a service on several hosts is
/// all of them. Errors: not_found (nearest names).
Chosen chosen(ports::World& world, const config::Instance& instance,
              const std::vector<std::string>& names);
std::vector<std::string> namesOf(const Chosen& services);

/// Takes away what is on a host that --accept unreachable-host:NAME gives up, and says so.
void leaveMissing(Context& context, Chosen& services);

/// Where runs, markers and holds may be: an ordinary user's are elsewhere, and those that matter on
/// a host are root's.
std::vector<std::string> stateFolders(Context& context);

/// The hold on an instance, as far as it may be seen. Errors: corrupt.
std::optional<service::HoldRecord> holdOn(Context& context, const config::Instance& instance);

/// Services that a hold stopped must not be started by another verb. Errors: refused (id "held"),
/// unless it was accepted.
void refuseHeld(Context& context, const config::Instance& instance,
                const std::vector<std::string>& names);

}  // namespace commands::service_shared
