#include "lib/dump/copy_text.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace dump {
namespace {

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
bool octal(char c) { return c >= '0' && c <= '7'; }

/// Decodes the escape whose letter is at `at`, and moves `at` to its last byte.
char decodeEscape(std::string_view field, std::size_t& at) {
  const char c = field[at];
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case 'x': {
      int value = -1;
      for (int digits = 0; digits < 2 && at + 1 < field.size(); ++digits) {
        const int digit = hexDigit(field[at + 1]);
        if (digit < 0) break;
        value = (value < 0 ? 0 : value * 16) + digit;
        ++at;
      }
      return value < 0 ? c : static_cast<char>(value);
    }
    default:
      break;
  }
  if (!octal(c)) return c;
  int value = c - '0';
  for (int digits = 1; digits < 3 && at + 1 < field.size() && octal(field[at + 1]); ++digits) {
    value = value * 8 + (field[++at] - '0');
  }
  return static_cast<char>(value & 0xff);
}

}  // namespace

std::string_view decodeField(std::string_view field, std::string& to) {
  const auto* slash = static_cast<const char*>(std::memchr(field.data(), '\\', field.size()));
  if (slash == nullptr) return field;
  to.clear();
  std::size_t from = 0;
  auto at = static_cast<std::size_t>(slash - field.data());
  while (at + 1 < field.size()) {
    to.append(field.data() + from, at - from);
    ++at;
    if (field[at] == '\\') {
      to += '\\';
    } else {
      to += decodeEscape(field, at);
    }
    from = ++at;
    slash = static_cast<const char*>(std::memchr(field.data() + at, '\\', field.size() - at));
    if (slash == nullptr) break;
    at = static_cast<std::size_t>(slash - field.data());
  }
  to.append(field.data() + from, field.size() - from);
  return to;
}

namespace {

/// Position of the next byte that COPY escapes (a backslash, or one of 0x08 to 0x0d) from `at`.
std::size_t findEscaped(std::string_view value, std::size_t at) {
#ifdef __SSE2__
  const __m128i slash = _mm_set1_epi8('\\');
  const __m128i highest = _mm_set1_epi8(0x0d);
  while (at + 16 <= value.size()) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(value.data() + at));
    const int mask = _mm_movemask_epi8(_mm_or_si128(
        _mm_cmpeq_epi8(bytes, slash), _mm_cmpeq_epi8(_mm_min_epu8(bytes, highest), bytes)));
    if (mask != 0) {
      return at + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(mask)));
    }
    at += 16;
  }
#endif
  while (at < value.size() && value[at] != '\\' && static_cast<unsigned char>(value[at]) > 0x0d)
    ++at;
  return at;
}

}  // namespace

void encodeField(std::string_view value, std::string& to) {
  std::size_t from = 0;
  for (std::size_t at = findEscaped(value, 0); at < value.size(); at = findEscaped(value, at + 1)) {
    const char c = value[at];
    char letter = 0;
    switch (c) {
      case '\\':
        letter = '\\';
        break;
      case '\b':
        letter = 'b';
        break;
      case '\f':
        letter = 'f';
        break;
      case '\n':
        letter = 'n';
        break;
      case '\r':
        letter = 'r';
        break;
      case '\t':
        letter = 't';
        break;
      case '\v':
        letter = 'v';
        break;
      default:  // 0x01 to 0x07 stand as they are
        continue;
    }
    to.append(value.data() + from, at - from);
    to += '\\';
    to += letter;
    from = at + 1;
  }
  to.append(value.data() + from, value.size() - from);
}

void splitRow(std::string_view row, std::vector<std::string_view>& fields) {
  fields.clear();
  std::size_t from = 0;
  while (true) {
    const auto* tab =
        static_cast<const char*>(std::memchr(row.data() + from, '\t', row.size() - from));
    if (tab == nullptr) break;
    const auto at = static_cast<std::size_t>(tab - row.data());
    fields.push_back(row.substr(from, at - from));
    from = at + 1;
  }
  fields.push_back(row.substr(from));
}

void encodeLiteral(std::string_view value, std::string& to) {
  to += '\'';
  for (const char c : value) {
    if (c == '\'') to += '\'';
    to += c;
  }
  to += '\'';
}

bool validUtf8(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  while (at < end) {
    while (end - at >= 32) {  // ASCII, 32 bytes at a time
      std::uint64_t words[4];
      std::memcpy(words, at, sizeof words);
      if (((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080U) != 0) break;
      at += 32;
    }
    if (at == end) return true;
    const unsigned char lead = *at++;
    if (lead < 0x80) continue;
    int more = 0;
    unsigned char lowest = 0x80;
    unsigned char highest = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
      more = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2;
      if (lead == 0xe0) lowest = 0xa0;
      if (lead == 0xed) highest = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3;
      if (lead == 0xf0) lowest = 0x90;
      if (lead == 0xf4) highest = 0x8f;
    } else {
      return false;
    }
    for (; more > 0; --more) {
      if (at == end || *at < lowest || *at > highest) return false;
      lowest = 0x80;
      highest = 0xbf;
      ++at;
    }
  }
  return true;
}

}  // namespace dump
