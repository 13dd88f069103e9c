#pragma once

#include <nlohmann/json_fwd.hpp>

namespace core {

using Json = nlohmann::ordered_json;

}  // namespace core
