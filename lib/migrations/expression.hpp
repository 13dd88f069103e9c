#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/application/python/lexer.hpp"

namespace migrations {

using application::python::Token;

/// An expression of Python as far as it can be read without running it. `other` is everything that
/// would have to be run; what stands beside it stays readable.
struct Expression {
  enum class Kind { text, number, name, list, dictionary, call, other };
  Kind kind = Kind::other;
  /// text: its value. name, call: the dotted name ("migrations.AddField", "True"). Else empty.
  std::string text{};
  unsigned line = 0;
  std::vector<Expression> items{};  // of a list or tuple; positional arguments of a call
  std::vector<std::pair<std::string, Expression>> named{};  // of a call; text keys of a dictionary

  bool is(Kind wanted) const { return kind == wanted; }
  bool isName(std::string_view name) const { return kind == Kind::name && text == name; }
  /// Last part of the dotted name: "AddField".
  std::string_view lastName() const;
  /// The argument of that name, or at that position; null if there is none. Position -1: only by
  /// name.
  const Expression* argument(std::string_view name, int position) const;
};

/// What a plain name of the module stands for; null if that is not known.
using Resolve = std::function<const Expression*(const std::string& name)>;

/// Reads one expression out of all of `tokens` (no end of line among them). Lists are joined over
/// "+" and "*list". Nesting over 200 levels is `other`.
Expression readExpression(std::span<const Token> tokens, const Resolve& resolve);

}  // namespace migrations
