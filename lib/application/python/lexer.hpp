#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace application::python {

/// One token of Python source. `text` of a string is its value, of everything else the source.
struct Token {
  enum class Kind { name, number, text, symbol, end_of_line };
  Kind kind = Kind::end_of_line;
  std::string text;
  unsigned line = 0;
  /// A string whose value can't be known without running it (an f-string with fields, bytes, a
  /// named character).
  bool opaque = false;
  /// Columns of white space that the logical line of this token begins with; a tab goes to the
  /// next multiple of eight, as in Python.
  unsigned indent = 0;

  bool is(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
  bool isName(std::string_view name) const { return kind == Kind::name && text == name; }
};

/// Splits Python source into the tokens of its logical lines; comments and empty lines are left
/// out, lines are joined inside brackets and after a backslash, ";" ends a line as in Python.
/// Errors: corrupt for text that no Python would read (string or bracket without an end), with the
/// line.
/// Source: Python language reference, chapter 2, of Python 3.11.
std::vector<Token> tokenize(std::string_view source);

}  // namespace application::python
