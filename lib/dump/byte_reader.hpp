#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/core/stream.hpp"

namespace dump {

/// Reads a file of lengths and bytes that nobody vouches for. Every error is Error{corrupt} and
/// names the file and the byte. Memory grows with what is really there, never with what a length
/// claims. For one thread.
class ByteReader {
 public:
  /// `name` is how errors call the file; more than `limit` bytes in all are refused.
  ByteReader(core::Source& source, std::string name, std::uint64_t limit);

  std::uint8_t byte(const char* what);
  /// Exactly `count` bytes.
  std::string bytes(std::uint64_t count, const char* what);
  bool atEnd();
  std::uint64_t position() const { return position_; }
  /// Throws Error{corrupt}: "NAME: WHAT at byte N".
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  bool fill();

  core::Source& source_;
  std::string name_;
  std::uint64_t limit_;
  std::uint64_t position_ = 0;
  std::vector<char> block_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
};

}  // namespace dump
