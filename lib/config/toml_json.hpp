#pragma once

#include <toml++/toml.h>

#include "lib/core/json.hpp"

namespace config {

/// A value of a TOML file as JSON; dates and times become their text.
core::Json toJson(const toml::node& node);

}  // namespace config
