#include "lib/remote/frame.hpp"

#include <cstdint>
#include <vector>

#include "lib/core/error.hpp"

namespace remote {
namespace {

constexpr std::size_t kMost = std::size_t{64} << 20;
constexpr std::size_t kHead = 8;

void put(std::string& to, std::size_t length) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(length >> shift & 0xFFU);
}

std::size_t take(const std::string& from, std::size_t at) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i)
    length = length << 8 | static_cast<unsigned char>(from[at + i]);
  return length;
}

}  // namespace

std::string encode(const Frame& frame) {
  if (frame.words.size() > kMost || frame.bytes.size() > kMost) {
    throw core::Error(core::Kind::unexpected, "a message to another host has more than 64 MiB");
  }
  std::string text;
  text.reserve(kHead + frame.words.size() + frame.bytes.size());
  put(text, frame.words.size());
  put(text, frame.bytes.size());
  return text + frame.words + frame.bytes;
}

bool FrameReader::fill(std::size_t wanted) {
  std::vector<char> block(core::kBlockBytes);
  while (buffer_.size() < wanted) {
    const std::size_t got = source_.read(block);
    if (got == 0) return false;
    buffer_.append(block.data(), got);
  }
  return true;
}

std::optional<Frame> FrameReader::next() {
  if (!fill(kHead)) {
    if (buffer_.empty()) return std::nullopt;
    throw core::Error(core::Kind::corrupt, "a message from another host was cut");
  }
  const std::size_t words = take(buffer_, 0);
  const std::size_t bytes = take(buffer_, 4);
  if (words > kMost || bytes > kMost) {
    throw core::Error(core::Kind::corrupt, "what another host says is no message of sotctl-remote");
  }
  if (!fill(kHead + words + bytes)) {
    throw core::Error(core::Kind::corrupt, "a message from another host was cut");
  }
  Frame frame{buffer_.substr(kHead, words), buffer_.substr(kHead + words, bytes)};
  buffer_.erase(0, kHead + words + bytes);
  return frame;
}

}  // namespace remote
