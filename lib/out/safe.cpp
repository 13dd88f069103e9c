#include "lib/out/safe.hpp"

#include <algorithm>

#include "lib/core/text.hpp"

namespace out {
namespace {

/// Length of a colour sequence (ESC [ digits and semicolons m) at the beginning; 0 if there is
/// none.
std::size_t colorLength(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

}  // namespace

std::string safe(std::string_view text, bool color) {
  std::string shown;
  while (!text.empty()) {
    // What stands up to the next character that is let through as it is.
    const std::size_t plain = std::min(text.find_first_of("\n\t\x1b"), text.size());
    shown += core::printable(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const std::size_t kept = text[0] != '\x1b' ? 1 : color ? colorLength(text) : 0;
    shown += kept > 0 ? std::string(text.substr(0, kept)) : core::printable(text.substr(0, 1));
    text.remove_prefix(std::max<std::size_t>(kept, 1));
  }
  return shown;
}

}  // namespace out
