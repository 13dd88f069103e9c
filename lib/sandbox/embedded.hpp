#pragma once

#include <string_view>

namespace sandbox {

/// A file of lib/sandbox/app or lib/sandbox/data, compiled into the program; empty for a name that
/// is none of them. Defined by sotctl_embed() in CMakeLists.txt.
std::string_view embedded(std::string_view name);

}  // namespace sandbox
