#include "lib/dump/copy.hpp"

#include <fmt/format.h>

#include <cstring>

#include "lib/core/error.hpp"

namespace dump {
namespace {
constexpr std::string_view kEnd = "\\.";
}

void CopyCounter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto* feed = static_cast<const char*>(std::memchr(bytes.data(), '\n', bytes.size()));
    const std::size_t length =
        feed == nullptr ? bytes.size() : static_cast<std::size_t>(feed - bytes.data());
    // A data row never looks like the end: COPY doubles each backslash of a value.
    if (head_.size() + length > kEnd.size()) {
      long_line_ = true;
    } else {
      head_.append(bytes.substr(0, length));
    }
    if (feed == nullptr) return;
    endLine();
    bytes.remove_prefix(length + 1);
  }
}

void CopyCounter::endLine() {
  const bool end = !long_line_ && head_ == kEnd;
  if (ended_ && (long_line_ || !head_.empty())) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("{}: something follows the end of the rows", name_));
  }
  if (end) {
    ended_ = true;
  } else if (!ended_) {
    ++rows_;
  }
  head_.clear();
  long_line_ = false;
}

void CopyCounter::finish() {
  if (long_line_ || !head_.empty()) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("{}: ends inside a row, after {} rows", name_, rows_));
  }
  if (!ended_) {
    throw core::Error(
        core::Kind::corrupt,
        fmt::format("{}: the line that ends the rows is missing, after {} rows", name_, rows_));
  }
}

}  // namespace dump
