#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core {

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);
/// Nothing for a text that is none. Line feeds are no part of it.
std::optional<std::string> unbase64(std::string_view text);

}  // namespace core
