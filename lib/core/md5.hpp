#pragma once

#include <string>
#include <string_view>

namespace core {

/// MD5 as 32 lower-case hexadecimal digits: only for names that others make with it.
std::string md5(std::string_view bytes);

}  // namespace core
