#pragma once

#include <map>
#include <optional>
#include <string>

#include "lib/core/secret.hpp"
#include "lib/ports/files.hpp"

namespace application {

using Variables = std::map<std::string, core::Secret>;

/// The environment that a running process was started with, from /proc; nothing if it may not be
/// seen.
std::optional<Variables> environmentOf(ports::Files& files, int process);

}  // namespace application
