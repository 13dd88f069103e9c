#pragma once

#include <string>
#include <string_view>

namespace sanitize {

/// A cursor over JSON text that PostgreSQL vouches for: nothing is built, values are passed over.
/// Errors of every method: corrupt, where the text is no JSON.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) {}
  std::size_t at() const { return at_; }
  std::string_view text() const { return text_; }
  void skipSpace();
  /// The byte that the next value begins with; '\0' at the end.
  char peek();
  void expect(char c);
  /// Whether the next byte is `c`; moves behind it if so.
  bool take(char c);
  /// A string without its quotes, still escaped.
  std::string_view string();
  /// Moves behind the next value, and gives its text.
  std::string_view skip();
  bool atEnd();

 private:
  [[noreturn]] void refuse() const;
  std::string_view text_;
  std::size_t at_ = 0;
};

/// Decodes the escapes of a JSON string into `to` (emptied first); without escapes gives it as it
/// is.
std::string_view decodeJson(std::string_view escaped, std::string& to);
/// Appends `value` between quotes.
void encodeJson(std::string_view value, std::string& to);

/// Position of the next '"' or '\' from `at`; the size if there is none.
std::size_t findQuoteOrSlash(std::string_view text, std::size_t at);

}  // namespace sanitize
