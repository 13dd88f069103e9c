#include "lib/application/python/text_literal.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace application::python {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool hasPrefix(std::string_view prefix, char wanted) {
  return std::any_of(prefix.begin(), prefix.end(), [&](char c) { return lower(c) == wanted; });
}

/// False for what is no character (half of a surrogate pair, beyond the last).
bool appendUtf8(std::string& to, std::uint32_t point) {
  if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return false;
  const auto tail = [&](unsigned shift) {
    to += static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
  };
  if (point < 0x80) {
    to += static_cast<char>(point);
  } else if (point < 0x800) {
    to += static_cast<char>(0xC0U | (point >> 6U));
    tail(0);
  } else if (point < 0x10000) {
    to += static_cast<char>(0xE0U | (point >> 12U));
    tail(6);
    tail(0);
  } else {
    to += static_cast<char>(0xF0U | (point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
  return true;
}

int digitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : 99;
}

/// Up to `most` digits of `base` at the front of `text`.
struct Digits {
  std::uint32_t value = 0;
  std::size_t count = 0;
};
Digits digits(std::string_view text, int base, std::size_t most) {
  Digits read;
  while (read.count < most && read.count < text.size() && digitValue(text[read.count]) < base) {
    read.value = read.value * static_cast<std::uint32_t>(base) +
                 static_cast<std::uint32_t>(digitValue(text[read.count++]));
  }
  return read;
}

/// Handles what follows a backslash at source[at]; gives the number of bytes used, backslash
/// included.
std::size_t escape(std::string_view source, std::size_t at, TextLiteral& literal) {
  const char c = at + 1 < source.size() ? source[at + 1] : '\0';
  constexpr std::string_view kLetters = "\\'\"abfnrtv";
  constexpr std::string_view kMeaning = "\\'\"\a\b\f\n\r\t\v";
  if (const auto simple = kLetters.find(c); c != '\0' && simple != std::string_view::npos) {
    literal.value += kMeaning[simple];
    return 2;
  }
  if (c == '\n') return 2;
  if (c == '\r') return source.substr(at).starts_with("\\\r\n") ? 3 : 2;
  if (c >= '0' && c <= '7') {
    const Digits octal = digits(source.substr(at + 1), 8, 3);
    appendUtf8(literal.value, octal.value);
    return 1 + octal.count;
  }
  const std::size_t wanted = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (wanted != 0) {
    const Digits hex = digits(source.substr(at + 2), 16, wanted);
    if (hex.count != wanted || !appendUtf8(literal.value, hex.value)) literal.opaque = true;
    return 2 + hex.count;
  }
  if (c == 'N') literal.opaque = true;  // \N{…}: needs the table of all names
  literal.value += '\\';                // an unknown escape stands for itself
  return 1;
}

}  // namespace

bool isTextPrefix(std::string_view name) {
  std::string small(name);
  std::transform(small.begin(), small.end(), small.begin(), lower);
  constexpr std::array<std::string_view, 8> kAll{"r", "b", "u", "f", "rb", "br", "rf", "fr"};
  return std::find(kAll.begin(), kAll.end(), small) != kAll.end();
}

std::optional<TextLiteral> readTextLiteral(std::string_view source, std::string_view prefix) {
  const bool raw = hasPrefix(prefix, 'r');
  const std::string_view one = source.substr(0, 1);
  const bool triple = source.size() >= 3 && source[1] == one[0] && source[2] == one[0];
  const std::string_view quote = source.substr(0, triple ? 3 : 1);
  TextLiteral literal;
  literal.opaque = hasPrefix(prefix, 'b');
  const bool formatted = hasPrefix(prefix, 'f');
  std::size_t at = quote.size();
  const auto countLines = [&](std::size_t from, std::size_t to) {
    literal.lines += static_cast<unsigned>(std::count(
        source.begin() + static_cast<std::ptrdiff_t>(from),
        source.begin() + static_cast<std::ptrdiff_t>(std::min(to, source.size())), '\n'));
  };
  while (at < source.size()) {
    if (source.substr(at).starts_with(quote)) {
      literal.length = at + quote.size();
      return literal;
    }
    const char c = source[at];
    if (c == '\\') {
      std::size_t used = 2;
      if (raw) {
        literal.value += source.substr(at, 2);
      } else {
        used = escape(source, at, literal);
      }
      countLines(at, at + used);
      at += used;
      continue;
    }
    if ((c == '\n' || c == '\r') && !triple) return std::nullopt;
    if (formatted && (c == '{' || c == '}')) {
      // "{{" stands for one brace; a field needs the program to run.
      if (at + 1 < source.size() && source[at + 1] == c) {
        ++at;
      } else {
        literal.opaque = true;
      }
    }
    if (c == '\r' && at + 1 < source.size() && source[at + 1] == '\n') {
      ++at;  // Python reads every kind of line end as one line feed
    }
    countLines(at, at + 1);
    literal.value += source[at] == '\r' ? '\n' : source[at];
    ++at;
  }
  return std::nullopt;
}

}  // namespace application::python
