#pragma once

#include <string_view>

namespace remote {

/// The whole program sotctl-remote, as it was built with this one.
std::string_view carried();

}  // namespace remote
