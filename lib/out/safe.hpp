#pragma once

#include <string>
#include <string_view>

namespace out {

/// Text for a terminal: what could move its cursor, change its title or hide what stands there is
/// shown as \\x1b. Names, reasons and errors come from elsewhere. Line feeds and tabs stay, and
/// with `color` the colours that paint() sets.
std::string safe(std::string_view text, bool color);

}  // namespace out
