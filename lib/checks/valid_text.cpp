#include "lib/checks/valid_text.hpp"

#include "lib/core/utf8.hpp"

namespace checks {

std::string validText(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t good = core::firstInvalidUtf8(text);
    out += text.substr(0, good);
    if (good == text.size()) break;
    out += '?';
    text.remove_prefix(good + 1);
  }
  return out;
}

}  // namespace checks
