#pragma once

#include <string>

#include "lib/core/error.hpp"

namespace adapters {

/// The text for an error number, safe to ask for in several threads.
std::string errorText(int number);

/// What went wrong with a file or a program, from the error number that the system gave:
/// ENOENT and ENOTDIR are not_found, EACCES, EPERM and EROFS denied, ELOOP refused (a link where a
/// plain file or folder is needed), everything else unexpected. `deed` says what was tried: "can't
/// read /etc/x".
core::Error trouble(const std::string& deed, int number);

}  // namespace adapters
