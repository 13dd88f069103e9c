#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sanitize {

/// A token is a run of letters, digits and bytes over 0x7f: what stands between them (quotes,
/// colons, dashes, spaces) is notation. Case does not count.
inline bool tokenByte(unsigned char c) {
  return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/// One bit for each of the (up to) 64 bytes from `at` that belongs to a token.
inline std::uint64_t tokenMask(const char* at, std::size_t bytes) {
  std::uint64_t mask = 0;
  std::size_t done = 0;
#ifdef __SSE2__
  const __m128i case_bit = _mm_set1_epi8(0x20);
  const __m128i before_a = _mm_set1_epi8('a' - 1);
  const __m128i after_z = _mm_set1_epi8('z' + 1);
  const __m128i before_0 = _mm_set1_epi8('0' - 1);
  const __m128i after_9 = _mm_set1_epi8('9' + 1);
  for (; done + 16 <= bytes; done += 16) {
    const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + done));
    const __m128i lower = _mm_or_si128(c, case_bit);
    const __m128i letter =
        _mm_and_si128(_mm_cmpgt_epi8(lower, before_a), _mm_cmplt_epi8(lower, after_z));
    const __m128i digit = _mm_and_si128(_mm_cmpgt_epi8(c, before_0), _mm_cmplt_epi8(c, after_9));
    // The sign bit of `c` itself says that it is over 0x7f.
    const int part = _mm_movemask_epi8(_mm_or_si128(c, _mm_or_si128(letter, digit)));
    mask |= static_cast<std::uint64_t>(static_cast<unsigned>(part)) << done;
  }
#endif
  for (; done < bytes; ++done) {
    if (tokenByte(static_cast<unsigned char>(at[done]))) mask |= std::uint64_t{1} << done;
  }
  return mask;
}

inline std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
  return hash ^ hash >> 29;
}

/// `end` is the end of what may be read.
inline std::uint64_t tokenHash(const char* at, std::size_t bytes, const char* end) {
  constexpr std::uint64_t kLower = 0x2020202020202020U;
  std::uint64_t hash = bytes * 0xc2b2ae3d27d4eb4fU;
  std::uint64_t word = 0;
  while (bytes > 8) {
    std::memcpy(&word, at, 8);
    hash = mix(hash, word | kLower);
    at += 8;
    bytes -= 8;
  }
  if (end - at >= 8) {
    std::memcpy(&word, at, 8);
  } else {
    word = 0;
    std::memcpy(&word, at, bytes);
  }
  const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes);
  word = (word | kLower) << unused >> unused;
  hash = mix(hash, word);
  return hash ^ hash >> 32;
}

/// Calls take(hash, begin, end) for each token of `text`, in order.
template <typename Take>
void eachToken(std::string_view text, Take&& take) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  std::uint64_t carry = 0;
  std::size_t start = 0;
  for (std::size_t base = 0; base < text.size(); base += 64) {
    const std::size_t bytes = text.size() - base < 64 ? text.size() - base : 64;
    const std::uint64_t mask = tokenMask(begin + base, bytes);
    std::uint64_t edges = mask ^ (mask << 1 | carry);
    bool inside = carry != 0;
    while (edges != 0) {
      const std::size_t at = base + static_cast<std::size_t>(std::countr_zero(edges));
      edges &= edges - 1;
      if (inside) {
        take(tokenHash(begin + start, at - start, end), start, at);
      } else {
        start = at;
      }
      inside = !inside;
    }
    carry = bytes == 64 ? mask >> 63 : 0;
    if (inside && bytes < 64)
      take(tokenHash(begin + start, text.size() - start, end), start, text.size());
  }
  if (carry != 0) take(tokenHash(begin + start, text.size() - start, end), start, text.size());
}

}  // namespace sanitize
