#pragma once

#include <string>
#include <string_view>

namespace checks {

/// `text` with a question mark for each byte that is no UTF-8: no reader of a form takes such.
std::string validText(std::string_view text);

}  // namespace checks
