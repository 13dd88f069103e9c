#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace schema {

/// Cuts SQL text into statements, without their ";" and without comments before them. Knows
/// strings, quoted names, dollar quotes and both kinds of comments.
class Statements {
 public:
  using Take = std::function<void(std::string_view statement)>;
  explicit Statements(Take take) : take_(std::move(take)) {}
  /// One line, without its end.
  void line(std::string_view text);
  /// Whether a statement is begun and not ended: then the line belongs to it.
  bool open() const { return !current_.empty() || in_ != In::nothing; }

 private:
  enum class In { nothing, text, name, dollar, comment };
  void end();

  Take take_;
  std::string current_;
  std::string dollar_;
  In in_ = In::nothing;
};

}  // namespace schema
