#include "lib/dump/row_sum.hpp"

#include <fmt/format.h>

#include "lib/dump/xxhash.hpp"

namespace dump {

void RowSum::add(std::string_view row) {
  const XXH128_hash_t hash = XXH3_128bits(row.data(), row.size());
  add(hash.high64, hash.low64);
}

void RowSum::add(std::uint64_t high, std::uint64_t low) {
  ++rows_;
  low_ += low;
  high_ += high + (low_ < low ? 1 : 0);
}

RowSum& RowSum::operator+=(const RowSum& other) {
  const std::int64_t rows = rows_ + other.rows_;
  add(other.high_, other.low_);
  rows_ = rows;
  return *this;
}

std::string RowSum::digest() const { return fmt::format("{:016x}{:016x}", high_, low_); }

}  // namespace dump
