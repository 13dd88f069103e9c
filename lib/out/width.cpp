#include "lib/out/width.hpp"

#include <algorithm>
#include <array>

namespace out {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// The blocks that occur in names and comments, not all of Unicode's table EastAsianWidth.
constexpr std::array<Range, 12> kWide{{{0x1100, 0x115F},
                                       {0x2E80, 0x303E},
                                       {0x3041, 0x33FF},
                                       {0x3400, 0x4DBF},
                                       {0x4E00, 0x9FFF},
                                       {0xA000, 0xA4CF},
                                       {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},
                                       {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},
                                       {0x1F300, 0x1FAFF},
                                       {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 7> kZero{{{0x0300, 0x036F},
                                      {0x0591, 0x05BD},
                                      {0x1AB0, 0x1AFF},
                                      {0x1DC0, 0x1DFF},
                                      {0x200B, 0x200F},
                                      {0x20D0, 0x20FF},
                                      {0xFE00, 0xFE0F}}};

template <std::size_t size>
bool within(const std::array<Range, size>& ranges, char32_t character) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return character >= range.first && character <= range.last;
  });
}

/// Takes one character from the front of `text`; 0 if the first byte begins none.
char32_t takeCharacter(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                                           : 4;
  if (length == 0 || lead >= 0xF5 || length > text.size()) {
    text.remove_prefix(1);
    return 0;
  }
  char32_t character = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t at = 1; at < length; ++at) {
    const auto next = static_cast<unsigned char>(text[at]);
    if ((next & 0xC0U) != 0x80U) {
      text.remove_prefix(1);
      return 0;
    }
    character = (character << 6U) | (next & 0x3FU);
  }
  text.remove_prefix(length);
  return character;
}

/// Removes a colour code from the front of `text`, if one is there.
bool takeColourCode(std::string_view& text) {
  if (!text.starts_with("\x1b[")) return false;
  const auto end = text.find_first_not_of("0123456789;", 2);
  if (end == std::string_view::npos || text[end] != 'm') return false;
  text.remove_prefix(end + 1);
  return true;
}

}  // namespace

std::size_t displayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (takeColourCode(text)) continue;
    const char32_t character = takeCharacter(text);
    if (within(kZero, character)) continue;
    width += within(kWide, character) ? 2 : 1;
  }
  return width;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (displayWidth(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t width = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view next = rest;
    if (!takeColourCode(next)) {
      const char32_t character = takeCharacter(next);
      const std::size_t more = within(kZero, character) ? 0 : within(kWide, character) ? 2 : 1;
      if (width + more > columns - 1) break;
      width += more;
    }
    rest = next;
  }
  return std::string(text.substr(0, text.size() - rest.size())) + "…";
}

}  // namespace out
