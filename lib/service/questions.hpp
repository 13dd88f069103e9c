#pragma once

#include <functional>
#include <string>

#include "lib/checks/kinds.hpp"
#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// Registers the check kinds of this area (docs/checks.md). `world` and `instance` must outlive the
/// registry.
void registerQuestions(checks::Kinds& kinds, ports::World& world, const config::Instance& instance);

// Its parts, by what they ask.
void addHttp(checks::Kinds& kinds, ports::World& world);
void addStores(checks::Kinds& kinds, ports::World& world, const config::Instance& instance);
void addWorkers(checks::Kinds& kinds, ports::World& world, const config::Instance& instance);
void addProcesses(checks::Kinds& kinds, ports::World& world, const config::Instance& instance);

/// Asks the same of a service on each of its hosts, side by side: the worst answer, in the words of
/// all. Errors: not_found (no such service).
core::CheckResult askOnEachHost(
    ports::World& world, const config::Instance& instance, const std::string& service,
    const std::function<core::CheckResult(const config::ServiceSettings&)>& ask);

/// The configured checks of an instance, asked one after the other.
std::vector<core::CheckResult> askConfigured(ports::World& world, const config::Instance& instance);

}  // namespace service
