#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace out {

/// Columns that UTF-8 text takes on a terminal: 2 for wide East Asian characters and emoji, 0 for
/// combining marks. Each byte that is not valid UTF-8 counts 1. Colour codes (ESC [ … m) count 0.
std::size_t displayWidth(std::string_view text);

/// `text` if it fits into `columns`; else as much of its front as does with an ellipsis after it.
std::string cut(std::string_view text, std::size_t columns);

}  // namespace out
