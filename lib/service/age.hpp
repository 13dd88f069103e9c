#pragma once

#include <optional>
#include <string>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/service/release.hpp"

namespace service {

/// From when on a running service is new enough: a moment, or that it runs a release.
struct AgeLimit {
  std::optional<core::Time> moment{};
  std::string release{};  // "4.2.3"; empty: the moment counts
};

/// Reads "4.2.3" or a moment. Errors: usage (neither), refused (another release is installed: a
/// restart would not bring the one that is asked for), undetermined (its version can't be read).
AgeLimit ageLimit(ports::World& world, const config::Instance& instance, const std::string& text);

/// Why a service need not be restarted; empty: it must be. What can't be seen is restarted.
std::string youngEnough(ports::World& world, const config::Instance& instance,
                        const config::ServiceSettings& service, const AgeLimit& limit);

}  // namespace service
