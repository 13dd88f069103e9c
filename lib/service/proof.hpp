#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/core/progress.hpp"
#include "lib/service/environment.hpp"
#include "lib/service/log.hpp"

namespace service {

/// How things were before a restart.
struct Before {
  std::map<std::string, std::string> identities{};  // by service; empty: it did not run
  std::map<std::string, FilePlace> places{};        // by service: the end of its log file
};

Before beforeRestart(ports::World& world, const config::Instance& instance,
                     const std::vector<std::string>& names);
core::Json toJson(const Before& before);
Before beforeFromJson(const core::Json& json);

/// Whether one service was restarted with success. One line per fact, with the ids
/// `proof.identity`, `proof.code`, `proof.registered` and `proof.log`; those that failed say what
/// is there. `unknown` of a fact that nothing here can show is no failure.
std::vector<core::CheckResult> prove(const Environment& environment,
                                     const config::ServiceSettings& service, const Before& before,
                                     bool ask_celery);

/// Waits until all services of a restart are proven, at most `limit`, then watches them for
/// `settle` without a restart of their managers', then looks at logs and probes. Gives all lines.
std::vector<core::CheckResult> proveAll(const Environment& environment,
                                        const std::vector<std::string>& names, const Before& before,
                                        core::Duration limit, core::Duration settle,
                                        core::Progress& progress);

}  // namespace service
