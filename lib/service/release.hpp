#pragma once

#include <optional>
#include <string>

#include "lib/config/instance.hpp"
#include "lib/ports/files.hpp"
#include "lib/service/details.hpp"

namespace service {

/// The code that a start would run now.
struct Release {
  std::string root;  // without links; empty: not known
  /// What of it was changed last: the link to it, its checkout, version, virtual environment or
  /// configuration, and when.
  std::string newest{};
  std::optional<core::Time> changed{};
};

/// Reads only; what can't be seen is left out.
Release releaseOf(ports::Files& files, const config::Instance& instance);

/// Why a running process can't be of this release: "…", in words; empty where nothing speaks
/// against it. Only for services that run the application's code.
std::string oldCode(const config::ServiceSettings& service, const Details& details,
                    const config::Instance& instance, const Release& release);

/// Whether a service of this role runs the application's own code.
bool runsCode(config::ServiceRole role);

}  // namespace service
