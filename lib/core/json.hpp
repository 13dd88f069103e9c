#pragma once

#include <nlohmann/json.hpp>

namespace core {

/// Every JSON value of the program: keys keep the order in which they were added, so that output
/// and journals are stable.
using Json = nlohmann::ordered_json;

}  // namespace core
