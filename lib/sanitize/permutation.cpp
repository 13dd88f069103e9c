#include "lib/sanitize/permutation.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace sanitize {
namespace {

constexpr int kRounds = 8;
// Below 2^40 values of a shape a value that stays as it is would be met now and then.
constexpr double kSmallBits = 40;

/// What stands at `at` of a text: how many bytes, and the symbol in it if it is one.
struct Met {
  std::size_t bytes = 1;
  int value = -1;
  int base = 0;
};

Met meet(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c >= '0' && c <= '9') return {1, c - '0', 10};
  if (c >= 'a' && c <= 'z') return {1, c - 'a', 26};
  if (c >= 'A' && c <= 'Z') return {1, c - 'A', 26};
  if (c < 0xc3) return {1};
  const std::size_t bytes = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  if (c > 0xf4 || at + bytes > text.size()) return {1};
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return {1};
  }
  const auto last = static_cast<unsigned char>(text[at + bytes - 1]);
  if (c == 0xc3) return {bytes, last & 0x1f, 32};                      // À…ÿ: bit 5 is the case
  if (c == 0xc4 || c == 0xc5) return {bytes, (last & 0x3f) >> 1, 32};  // Ā…ſ: bit 0 is
  if (c == 0xe2) return {bytes};                                       // punctuation, symbols
  return {bytes, last & 0x3f, 64};
}

/// Appends what `meet` met with another value.
void put(std::string_view text, std::size_t at, const Met& met, unsigned value, std::string& to) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (met.bytes == 1) {
    to += static_cast<char>(value + (c >= 'a' ? 'a' : c >= 'A' ? 'A' : '0'));
    return;
  }
  to.append(text.substr(at, met.bytes - 1));
  const auto last = static_cast<unsigned char>(text[at + met.bytes - 1]);
  if (c == 0xc3) {
    to += static_cast<char>((last & 0xe0) | value);
  } else if (c == 0xc4 || c == 0xc5) {
    to += static_cast<char>(0x80 | value << 1 | (last & 1));
  } else {
    to += static_cast<char>(0x80 | value);
  }
}

}  // namespace

void TextPermutation::read(std::string_view text) {
  symbols_.clear();
  for (std::size_t at = 0; at < text.size();) {
    const Met met = meet(text, at);
    if (met.value >= 0) {
      symbols_.push_back(
          {static_cast<std::uint16_t>(met.value), static_cast<std::uint16_t>(met.base)});
    }
    at += met.bytes;
  }
}

void TextPermutation::write(std::string_view text, std::string& to) const {
  std::size_t symbol = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Met met = meet(text, at);
    if (met.value >= 0) {
      put(text, at, met, symbols_[symbol++].value, to);
    } else {
      to.append(text.substr(at, met.bytes));
    }
    at += met.bytes;
  }
}

/// Adds to one half what the other half gives (or takes it away again).
void TextPermutation::round(int number, std::size_t from_begin, std::size_t from_end,
                            std::size_t to_begin, std::size_t to_end, bool forward) {
  core::CipherBlock mac{};
  mac[0] = static_cast<std::uint8_t>(number);
  mac[1] = static_cast<std::uint8_t>(symbols_.size());
  mac[2] = static_cast<std::uint8_t>(symbols_.size() >> 8);
  std::size_t filled = 3;
  for (std::size_t i = from_begin; i < from_end; ++i) {
    if (filled == mac.size()) {
      cipher_.encrypt(&mac, 1);
      filled = 0;
    }
    // The base goes in as well: shapes do not share a pad.
    mac[filled] = static_cast<std::uint8_t>(mac[filled] ^
                                            (symbols_[i].value + 65U * (symbols_[i].base % 3U)));
    ++filled;
  }
  cipher_.encrypt(&mac, 1);
  const std::size_t count = to_end - to_begin;
  pad_.assign((count + 7) / 8, mac);
  if (pad_.size() > 1) {
    for (std::size_t i = 0; i < pad_.size(); ++i) {
      pad_[i][0] = static_cast<std::uint8_t>(pad_[i][0] ^ (i + 1));
      pad_[i][1] = static_cast<std::uint8_t>(pad_[i][1] ^ ((i + 1) >> 8));
    }
    cipher_.encrypt(pad_.data(), pad_.size());
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto& block = pad_[i / 8];
    const unsigned add = block[i % 8 * 2] | static_cast<unsigned>(block[i % 8 * 2 + 1]) << 8;
    Symbol& symbol = symbols_[to_begin + i];
    const unsigned base = symbol.base;
    symbol.value = static_cast<std::uint16_t>(forward ? (symbol.value + add) % base
                                                      : (symbol.value + base - add % base) % base);
  }
}

void TextPermutation::rounds(bool forward) {
  const std::size_t half = symbols_.size() / 2;
  const std::size_t all = symbols_.size();
  for (int i = 0; i < kRounds; ++i) {
    const int number = forward ? i : kRounds - 1 - i;
    if (number % 2 == 0) {
      round(number, 0, half, half, all, forward);
    } else if (half > 0) {
      round(number, half, all, 0, half, forward);
    }
  }
}

void TextPermutation::increment() {
  for (Symbol& symbol : symbols_) {
    symbol.value = static_cast<std::uint16_t>(symbol.value + 1);
    if (symbol.value < symbol.base) return;
    symbol.value = 0;
  }
}

bool TextPermutation::small() const {
  double bits = 0;
  for (const Symbol& symbol : symbols_) bits += symbol.base == 10 ? 3.3 : 4.7;
  return bits < kSmallBits;
}

void TextPermutation::apply(std::string_view text, std::string& to) {
  read(text);
  if (symbols_.empty()) {
    to.append(text);
    return;
  }
  rounds(true);
  // One long cycle instead of any permutation: P⁻¹(P(x) + 1) is never x.
  if (small()) {
    increment();
    rounds(false);
  }
  write(text, to);
}

std::uint64_t NumberPermutation::noise(std::uint64_t first, std::uint64_t second) {
  core::CipherBlock block{};
  std::memcpy(block.data(), &first, 8);
  std::memcpy(block.data() + 8, &second, 8);
  cipher_.encrypt(&block, 1);
  std::uint64_t result = 0;
  std::memcpy(&result, block.data(), 8);
  return result;
}

/// A Feistel network over the next even number of bits, again and again until the result is in
/// range.
std::uint64_t NumberPermutation::walk(std::uint64_t value, std::uint64_t size, std::uint64_t tweak,
                                      bool forward) {
  const int half = std::max(1, (static_cast<int>(std::bit_width(size - 1)) + 1) / 2);
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  do {
    std::uint64_t left = value >> half;
    std::uint64_t right = value & mask;
    for (int i = 0; i < kRounds; ++i) {
      const int number = forward ? i : kRounds - 1 - i;
      const std::uint64_t salt = tweak ^ (static_cast<std::uint64_t>(number) << 56);
      if (number % 2 == 0) {
        left ^= noise(right | size << 32, salt) & mask;
      } else {
        right ^= noise(left | size << 32, salt) & mask;
      }
    }
    value = left << half | right;
  } while (value >= size);
  return value;
}

std::uint64_t NumberPermutation::apply(std::uint64_t value, std::uint64_t size,
                                       std::uint64_t tweak) {
  const std::uint64_t moved = walk(value, size, tweak, true);
  if (size >> 40 != 0) return moved;  // so many that none is met that stays
  const std::uint64_t next = moved + 1;
  return walk(next == size ? 0 : next, size, tweak, false);
}

}  // namespace sanitize
