#pragma once

#include <string>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/ports/files.hpp"

// How the two halves write what they say. Names and paths are base64: they need not be UTF-8.
namespace remote {

core::Json toJson(const ports::FileInfo& info);
ports::FileInfo infoOf(const core::Json& words);

/// {"error": KIND, "what": …, "hint": …}
core::Json toJson(const core::Error& error);
/// Throws the error that an answer tells, if it tells one.
void throwToldError(const core::Json& words);

/// The bytes behind a key; "" if there are none. Errors: corrupt.
std::string bytesOf(const core::Json& words, const char* key);

}  // namespace remote
