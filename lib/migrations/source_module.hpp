#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "lib/migrations/expression.hpp"

namespace migrations {

using Line = std::span<const Token>;  // one logical line, without its end

/// A Python file cut into what a migration needs of it: plain assignments of the top level, the
/// functions, and the body of class Migration. For one thread; refers to its own tokens.
class SourceModule {
 public:
  /// Errors: corrupt, without the path (no UTF-8, no Python, over 4 MiB).
  explicit SourceModule(std::string_view source);
  SourceModule(const SourceModule&) = delete;
  SourceModule& operator=(const SourceModule&) = delete;

  /// Lines of the class's body that are not inside a function of it; nothing without the class.
  const std::optional<std::vector<Line>>& body() const { return body_; }
  /// Every logical line of the file.
  const std::vector<Line>& lines() const { return lines_; }
  /// Lines of the top level that come after the class and name it.
  const std::vector<Line>& afterwards() const { return afterwards_; }
  /// Columns that the body is indented by.
  unsigned bodyIndent() const { return body_indent_; }

  /// The value of a plain name that the top level sets exactly once, without a condition.
  const Expression* resolve(const std::string& name);
  Resolve resolver() {
    return [this](const std::string& name) { return resolve(name); };
  }
  /// Models ("dcim.cable", lower case) that a function and the functions that it calls fetch with
  /// get_model(); nothing if one of them can't be seen, or if it fetches none.
  std::optional<std::vector<std::string>> fetched(const std::string& function);

 private:
  struct Assigned {
    Line value;
    bool once = true;
    bool reading = false;
    std::optional<Expression> read{};
  };

  void sort();
  void topLevel(Line line);
  bool collect(const std::string& function, std::set<std::string>& seen,
               std::set<std::string>& models);

  std::vector<Token> tokens_;
  std::map<std::string, Assigned> assigned_;
  std::map<std::string, std::vector<Line>> functions_;
  std::optional<std::vector<Line>> body_;
  std::vector<Line> afterwards_;
  std::vector<Line> lines_;
  unsigned body_indent_ = 0;
};

}  // namespace migrations
