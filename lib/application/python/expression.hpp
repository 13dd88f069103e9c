#pragma once

#include <span>

#include "lib/application/python/lexer.hpp"
#include "lib/application/python/value.hpp"

namespace application::python {

/// Works out one expression from its tokens (all of them; no end of line): literals, names of
/// `names`, "+" of texts and lists, nested containers. What can't be known without running the
/// program is unknown with the reason; what it stands in stays readable.
Value evaluate(std::span<const Token> tokens, const Names& names);

}  // namespace application::python
