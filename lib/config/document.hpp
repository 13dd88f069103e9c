#pragma once

#include <string>

#include "lib/core/json.hpp"

namespace config {

/// The tables of a TOML file as JSON, for files whose keys are data (rule sets, catalogues). Dates
/// and times become their text. Errors: configuration, with file, line and column.
core::Json readDocument(const std::string& text, const std::string& file);

}  // namespace config
