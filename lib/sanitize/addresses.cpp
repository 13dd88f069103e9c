#include <arpa/inet.h>

#include <charconv>
#include <cstring>

#include "lib/sanitize/pseudonyms.hpp"

namespace sanitize {
namespace {

struct Special {
  bool v6;
  std::array<std::uint8_t, 4> bytes;
  int length;
};
// Ranges whose addresses stay in them (RFC 1918, 3927, 4193, 5737, 6598, 6890 and 3849): private
// stays private, documentation stays documentation.
constexpr std::array<Special, 16> kSpecial{{{false, {0, 0, 0, 0}, 8},
                                            {false, {10, 0, 0, 0}, 8},
                                            {false, {100, 64, 0, 0}, 10},
                                            {false, {127, 0, 0, 0}, 8},
                                            {false, {169, 254, 0, 0}, 16},
                                            {false, {172, 16, 0, 0}, 12},
                                            {false, {192, 0, 2, 0}, 24},
                                            {false, {192, 168, 0, 0}, 16},
                                            {false, {198, 18, 0, 0}, 15},
                                            {false, {198, 51, 100, 0}, 24},
                                            {false, {203, 0, 113, 0}, 24},
                                            {false, {224, 0, 0, 0}, 3},
                                            {true, {0x20, 0x01, 0x0d, 0xb8}, 32},
                                            {true, {0xfc, 0, 0, 0}, 7},
                                            {true, {0xfe, 0x80, 0, 0}, 10},
                                            {true, {0xff, 0, 0, 0}, 8}}};

bool bitOf(const std::uint8_t* bytes, int bit) {
  return (bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

/// How many leading bits two addresses share, at most `most`.
int shared(const std::uint8_t* a, const std::uint8_t* b, int most) {
  int bits = 0;
  while (bits < most && bitOf(a, bits) == bitOf(b, bits)) ++bits;
  return bits;
}

/// How many leading bits must stay, so that no special range loses or gains an address.
int fixedBits(const Address& address) {
  int fixed = 0;
  for (const Special& special : kSpecial) {
    if (special.v6 != address.v6) continue;
    const int same = shared(address.bytes.data(), special.bytes.data(), special.length);
    // Bit `same` tells this range from the address: it stays, too.
    fixed = std::max(fixed, std::min(same + 1, special.length));
  }
  return fixed;
}

void clearHost(Address& address) {
  for (int bit = address.length; bit < address.bits(); ++bit) {
    address.bytes[static_cast<std::size_t>(bit / 8)] &=
        static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  }
}

__extension__ typedef unsigned __int128 Wide;
Wide wide(const Address& address) {
  Wide value = 0;
  for (int i = 0; i < address.bits() / 8; ++i) {
    value = value << 8 | address.bytes[static_cast<std::size_t>(i)];
  }
  return value;
}

}  // namespace

std::optional<Address> parseAddress(std::string_view text) {
  Address address;
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  std::array<char, 64> copy{};
  if (host.empty() || host.size() >= copy.size()) return std::nullopt;
  std::memcpy(copy.data(), host.data(), host.size());
  address.v6 = host.find(':') != std::string_view::npos;
  if (inet_pton(address.v6 ? AF_INET6 : AF_INET, copy.data(), address.bytes.data()) != 1) {
    return std::nullopt;
  }
  if (slash == std::string_view::npos) return address;
  const std::string_view mask = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(mask.data(), mask.data() + mask.size(), address.length);
  if (error != std::errc() || end != mask.data() + mask.size() || address.length < 0 ||
      address.length > address.bits()) {
    return std::nullopt;
  }
  return address;
}

void writeAddress(const Address& address, std::string& to) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
  to.append(text.data());
  if (address.length >= 0) {
    to += '/';
    to += std::to_string(address.length);
  }
}

bool isWellKnown(const Address& address) {
  return address.length >= 0 && fixedBits(address) >= address.length;
}

/// Each bit may flip as the bits before it say: what shares a prefix goes on sharing one of the
/// same length (the construction of Crypto-PAn: Xu, Fan, Ammar and Moon, 2002). The first bit that
/// may flip always does: no prefix is its own pseudonym, not even of a range with two prefixes.
void Pseudonyms::permute(Address& address) {
  const int fixed = fixedBits(address);
  std::array<core::CipherBlock, 128> blocks;
  const int bits = address.bits();
  for (int bit = fixed; bit < bits; ++bit) {
    core::CipherBlock& block = blocks[static_cast<std::size_t>(bit - fixed)];
    block.fill(0);
    const auto whole = static_cast<std::size_t>(bit / 8);
    std::memcpy(block.data(), address.bytes.data(), whole);
    if (bit % 8 != 0) {
      block[whole] = static_cast<std::uint8_t>(address.bytes[whole] & (0xff00U >> (bit % 8)));
    }
    // The number of bits goes over the last ones. Two levels that meet there share a decision,
    // which changes nothing about the permutation.
    block[15] = static_cast<std::uint8_t>(block[15] ^ (bit + 1));
    if (!address.v6) block[14] = 4;
  }
  if (bits > fixed) bits_.encrypt(blocks.data(), static_cast<std::size_t>(bits - fixed));
  for (int bit = fixed; bit < bits; ++bit) {
    const bool flips = (blocks[static_cast<std::size_t>(bit - fixed)][0] & 1) != 0;
    if (bit != fixed && !flips) continue;
    address.bytes[static_cast<std::size_t>(bit / 8)] ^=
        static_cast<std::uint8_t>(0x80U >> (bit % 8));
  }
}

bool Pseudonyms::address(std::string_view value, bool prefix, std::string& to) {
  auto parsed = parseAddress(value);
  if (!parsed) return false;
  permute(*parsed);
  if (prefix && parsed->length >= 0) clearHost(*parsed);
  writeAddress(*parsed, to);
  return true;
}

void Pseudonyms::shift(Format format, std::string_view start, std::string_view end,
                       std::string& to) {
  const auto first = parseAddress(start);
  const auto last = parseAddress(end);
  if (first && last && first->v6 == last->v6) {
    Address moved = *first;
    permute(moved);
    Wide value = wide(moved) + (wide(*last) - wide(*first));
    Address result = *last;
    for (int i = result.bits() / 8; i > 0; --i) {
      result.bytes[static_cast<std::size_t>(i - 1)] = static_cast<std::uint8_t>(value);
      value >>= 8;
    }
    writeAddress(result, to);
    return;
  }
  std::uint64_t from = 0;
  std::uint64_t till = 0;
  std::uint64_t moved = 0;
  std::string begin;
  apply(format, start, begin);
  const auto read = [](std::string_view text, std::uint64_t& number) {
    return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
  };
  if (read(start, from) && read(end, till) && read(begin, moved) && till >= from) {
    // What is moved beyond the last number there is would be none.
    to.append(std::to_string(std::min<std::uint64_t>(moved + (till - from), 4294967295U)));
    return;
  }
  apply(format, end, to);
}

}  // namespace sanitize
