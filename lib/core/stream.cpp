#include "lib/core/stream.hpp"

#include <algorithm>
#include <vector>

namespace core {

std::size_t pump(Source& from, Sink& to) {
  std::vector<char> block(kBlockBytes);
  std::size_t total = 0;
  while (const std::size_t got = from.read(block)) {
    to.write({block.data(), got});
    total += got;
  }
  return total;
}

std::size_t StringSource::read(std::span<char> block) {
  const std::size_t count = std::min(block.size(), text_.size() - at_);
  std::copy_n(text_.data() + at_, count, block.data());
  at_ += count;
  return count;
}

}  // namespace core
