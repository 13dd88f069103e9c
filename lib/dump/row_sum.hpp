#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dump {

/// Number and digest of a table's rows, each as its line of COPY text. The digest is the sum, over
/// all rows, of the XXH3 hash (128 bits) of the line without its end, modulo 2^128.
///
/// It does not depend on the order of rows, and it changes with each changed, missing, added,
/// duplicated or swapped value. It can't notice what has the same text form, a change that was made
/// on purpose to collide (the hash is no cryptographic one), and one accident in 2^128.
class RowSum {
 public:
  void add(std::string_view row);
  /// A row by its hash, higher and lower half.
  void add(std::uint64_t high, std::uint64_t low);
  RowSum& operator+=(const RowSum& other);

  std::int64_t rows() const { return rows_; }
  /// 32 hexadecimal digits.
  std::string digest() const;

 private:
  std::int64_t rows_ = 0;
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

/// How digests of rows are made, as noted beside them.
inline constexpr const char* kRowDigestKind = "sum of XXH3-128 of COPY lines, 1";

}  // namespace dump
