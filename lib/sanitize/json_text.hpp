#pragma once

#include <bit>
#include <string>
#include <string_view>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sanitize {

/// Position of the next '"' or '\' from `at`; the size if there is none.
inline std::size_t findQuoteOrSlash(std::string_view text, std::size_t at) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i slash = _mm_set1_epi8('\\');
  while (at + 16 <= text.size()) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const int mask =
        _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash)));
    if (mask != 0) {
      return at + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(mask)));
    }
    at += 16;
  }
#endif
  while (at < text.size() && text[at] != '"' && text[at] != '\\') ++at;
  return at;
}

/// A cursor over JSON text that PostgreSQL vouches for: nothing is built, values are passed over.
/// Errors of every method: corrupt, where the text is no JSON.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) {}
  std::size_t at() const { return at_; }
  std::string_view text() const { return text_; }
  void skipSpace() {
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) <= ' ') ++at_;
  }
  /// The byte that the next value begins with; '\0' at the end.
  char peek() {
    skipSpace();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void expect(char c) {
    if (!take(c)) refuse();
  }
  /// Whether the next byte is `c`; moves behind it if so.
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  /// A string without its quotes, still escaped.
  std::string_view string() {
    expect('"');
    const std::size_t begin = at_;
    while (true) {
      at_ = findQuoteOrSlash(text_, at_);
      if (at_ >= text_.size()) refuse();
      if (text_[at_] == '"') break;
      at_ += 2;
    }
    return text_.substr(begin, at_++ - begin);
  }
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

}  // namespace sanitize
