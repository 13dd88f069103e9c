#pragma once

#include <string>

namespace core {

/// A password, token or key. Prints as `***` wherever it is formatted by accident; the text itself
/// is only had by asking for it by name.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

inline std::string format_as(const Secret&) { return "***"; }

}  // namespace core
