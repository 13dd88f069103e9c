#pragma once

#include <string>
#include <vector>

#include "lib/ports/trees.hpp"

namespace permissions {

using Changes = std::vector<ports::AttributeChange>;

/// Changes as lines of JSON: each pair of states once, then the paths that have it. Bytes that are
/// no plain text are written as %XX, so that any name comes back as it was.
std::string toLines(const Changes& changes);
/// Errors: corrupt.
Changes changesFromLines(const std::string& text);
/// The way back: what is `to` becomes `from`.
Changes reversed(Changes changes);

/// "caf%C3%A9": for any bytes.
std::string escaped(std::string_view bytes);
/// Errors: corrupt.
std::string unescaped(std::string_view text);

}  // namespace permissions
