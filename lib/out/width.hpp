#pragma once

#include <cstddef>
#include <string_view>

namespace out {

/// Columns that UTF-8 text takes on a terminal: 2 for wide East Asian characters and emoji, 0 for
/// combining marks. Each byte that is not valid UTF-8 counts 1. Colour codes (ESC [ … m) count 0.
std::size_t displayWidth(std::string_view text);

}  // namespace out
