#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace application::python {

/// A string of Python source, from its first quote on.
struct TextLiteral {
  std::string value;       // UTF-8
  std::size_t length = 0;  // bytes of source, with the quotes
  unsigned lines = 0;      // line feeds inside
  bool opaque = false;     // value not known without running it
};

/// Whether `name` before a quote makes it a string of another kind: r, b, u, f and their pairs.
bool isTextPrefix(std::string_view name);

/// Reads the string whose first quote is source[0]; nothing if it has no end.
std::optional<TextLiteral> readTextLiteral(std::string_view source, std::string_view prefix);

}  // namespace application::python
