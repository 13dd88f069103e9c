#pragma once

#include <string_view>

namespace schema {

/// A file of lib/schema/data, compiled into the program; empty for a name that is none of them.
/// Defined by sotctl_embed() in CMakeLists.txt.
std::string_view embedded(std::string_view name);

}  // namespace schema
