#pragma once

#include <cstddef>
#include <string_view>

namespace core {

/// Length of the valid UTF-8 sequence at the front of `text`; 0 if there is none.
std::size_t utf8Length(std::string_view text);
/// Place of the first byte that is no UTF-8, or the text's size.
std::size_t firstInvalidUtf8(std::string_view text);

}  // namespace core
