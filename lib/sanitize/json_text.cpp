#include "lib/sanitize/json_text.hpp"

#include "lib/core/error.hpp"

namespace sanitize {
namespace {

constexpr int kDeepest = 512;

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Four digits from `at`; -1 if they are none.
int hexUnit(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  int value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int digit = hexDigit(text[at + i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

void appendUtf8(unsigned code, std::string& to) {
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xc0 | code >> 6);
    to += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    to += static_cast<char>(0xe0 | code >> 12);
    to += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    to += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    to += static_cast<char>(0xf0 | code >> 18);
    to += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    to += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    to += static_cast<char>(0x80 | (code & 0x3f));
  }
}

}  // namespace

void JsonCursor::refuse() const {
  throw core::Error(core::Kind::corrupt, "a JSON column holds what is no JSON",
                    "Check the dump: PostgreSQL writes no such thing.");
}

std::string_view JsonCursor::skip() {
  const char first = peek();
  const std::size_t begin = at_;
  if (first == '"') {
    string();
    return text_.substr(begin, at_ - begin);
  }
  if (first != '{' && first != '[') {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ',' || c == '}' || c == ']' || static_cast<unsigned char>(c) <= ' ') break;
      ++at_;
    }
    if (at_ == begin) refuse();
    return text_.substr(begin, at_ - begin);
  }
  int depth = 0;
  do {
    if (at_ >= text_.size()) refuse();
    const char c = text_[at_];
    if (c == '"') {
      string();
      continue;
    }
    if (c == '{' || c == '[') {
      if (++depth > kDeepest) refuse();
    } else if (c == '}' || c == ']') {
      --depth;
    }
    ++at_;
  } while (depth > 0);
  return text_.substr(begin, at_ - begin);
}

bool JsonCursor::atEnd() {
  skipSpace();
  return at_ >= text_.size();
}

std::string_view decodeJson(std::string_view escaped, std::string& to) {
  std::size_t slash = escaped.find('\\');
  if (slash == std::string_view::npos) return escaped;
  to.clear();
  std::size_t from = 0;
  while (slash != std::string_view::npos && slash + 1 < escaped.size()) {
    to.append(escaped, from, slash - from);
    std::size_t next = slash + 2;
    switch (const char c = escaped[slash + 1]) {
      case 'n':
        to += '\n';
        break;
      case 't':
        to += '\t';
        break;
      case 'r':
        to += '\r';
        break;
      case 'b':
        to += '\b';
        break;
      case 'f':
        to += '\f';
        break;
      case 'u': {
        int unit = hexUnit(escaped, next);
        if (unit < 0) {
          to += c;
          break;
        }
        next += 4;
        auto code = static_cast<unsigned>(unit);
        if (unit >= 0xd800 && unit < 0xdc00 && escaped.substr(next).starts_with("\\u")) {
          const int low = hexUnit(escaped, next + 2);
          if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (static_cast<unsigned>(low) - 0xdc00);
            next += 6;
          }
        }
        appendUtf8(code, to);
        break;
      }
      default:
        to += c;
    }
    from = next;
    slash = escaped.find('\\', from);
  }
  to.append(escaped, std::min(from, escaped.size()), std::string_view::npos);
  return to;
}

void encodeJson(std::string_view value, std::string& to) {
  static constexpr char kDigits[] = "0123456789abcdef";
  to += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (static_cast<unsigned char>(c) >= ' ') {
      to += c;
    } else {
      switch (c) {
        case '\n':
          to += "\\n";
          break;
        case '\t':
          to += "\\t";
          break;
        case '\r':
          to += "\\r";
          break;
        case '\b':
          to += "\\b";
          break;
        case '\f':
          to += "\\f";
          break;
        default:
          to += "\\u00";
          to += kDigits[c >> 4];
          to += kDigits[c & 15];
      }
    }
  }
  to += '"';
}

}  // namespace sanitize
