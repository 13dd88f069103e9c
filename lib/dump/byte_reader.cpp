#include "lib/dump/byte_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"

namespace dump {

ByteReader::ByteReader(core::Source& source, std::string name, std::uint64_t limit)
    : source_(source), name_(std::move(name)), limit_(limit), block_(64 * 1024) {}

bool ByteReader::fill() {
  if (at_ < end_) return true;
  at_ = 0;
  end_ = source_.read(block_);
  return end_ > 0;
}

bool ByteReader::atEnd() { return !fill(); }

std::uint8_t ByteReader::byte(const char* what) {
  if (!fill()) refuse(fmt::format("the file ends inside {}", what));
  if (++position_ > limit_) refuse(fmt::format("the file is longer than {} bytes", limit_));
  return static_cast<std::uint8_t>(block_[at_++]);
}

std::string ByteReader::bytes(std::uint64_t count, const char* what) {
  if (count > limit_ - position_) refuse(fmt::format("absurd length {} of {}", count, what));
  std::string text;
  while (text.size() < count) {
    if (!fill()) refuse(fmt::format("the file ends inside {}", what));
    const std::size_t part = std::min<std::uint64_t>(count - text.size(), end_ - at_);
    text.append(block_.data() + at_, part);
    at_ += part;
    position_ += part;
  }
  return text;
}

void ByteReader::refuse(const std::string& what) const {
  throw core::Error(core::Kind::corrupt, fmt::format("{}: {} at byte {}", name_, what, position_));
}

}  // namespace dump
