#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/cipher.hpp"

namespace sanitize {

/// A keyed permutation of the texts of one shape: each letter becomes a letter, each digit a digit,
/// in the same case, and everything else stays where it is. Two texts that differ in more than case
/// never get pseudonyms that differ in case only, so unique constraints hold, with and without
/// lower(). Only letters and digits count: "Akron 1" and "akron-1" keep fitting together.
/// Short texts never stay as they are; a longer one does with a chance under 1 in 10^12.
///
/// A Feistel network over the symbols with their own bases (as in NIST SP 800-38G, FF1), eight
/// rounds, AES-256 as the round function. For one thread.
class TextPermutation {
 public:
  explicit TextPermutation(std::string_view key) : cipher_(key) {}
  /// Appends the pseudonym of `text`.
  void apply(std::string_view text, std::string& to);

 private:
  struct Symbol {
    std::uint16_t value;
    std::uint16_t base;
  };
  void read(std::string_view text);
  void write(std::string_view text, std::string& to) const;
  void rounds(bool forward);
  void round(int number, std::size_t from_begin, std::size_t from_end, std::size_t to_begin,
             std::size_t to_end, bool forward);
  void increment();
  bool small() const;

  core::BlockCipher cipher_;
  std::vector<Symbol> symbols_;
  std::vector<core::CipherBlock> pad_;
};

/// A keyed permutation of the numbers from 0 to size - 1; below 2^40 without a number that stays as
/// it is. For one thread.
class NumberPermutation {
 public:
  explicit NumberPermutation(std::string_view key) : cipher_(key) {}
  /// `value` < `size`, and size > 1; `tweak` chooses among permutations.
  std::uint64_t apply(std::uint64_t value, std::uint64_t size, std::uint64_t tweak);
  /// 64 bits out of two numbers: for noise.
  std::uint64_t noise(std::uint64_t first, std::uint64_t second);

 private:
  std::uint64_t walk(std::uint64_t value, std::uint64_t size, std::uint64_t tweak, bool forward);

  core::BlockCipher cipher_;
};

}  // namespace sanitize
