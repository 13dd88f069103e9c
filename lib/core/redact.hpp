#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/core/secret.hpp"

namespace core {

/// `text` (one line of a log) without what looks like a password, token or key: values after names
/// such as "password", "token", "secret_key", "authorization"; the password in an address
/// ("scheme://user:password@host"); and each of `known`. What was there is "***".
std::string redacted(std::string_view text, const std::vector<Secret>& known = {});

}  // namespace core
