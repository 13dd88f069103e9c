#include "lib/dump/copy.hpp"

#include <fmt/format.h>

#include <cstring>

#include "lib/core/error.hpp"
#include "lib/dump/xxhash.hpp"

namespace dump {
namespace {
constexpr std::string_view kEnd = "\\.";
}

struct CopyRows::Line {
  XXH3_state_t hash;
  std::string head;  // its first bytes, as far as they may be the end's mark
  bool open = false;

  Line() { XXH3_INITSTATE(&hash); }
  void add(std::string_view bytes) {
    if (!open) XXH3_128bits_reset(&hash);
    open = true;
    XXH3_128bits_update(&hash, bytes.data(), bytes.size());
    if (head.size() <= kEnd.size()) head.append(bytes.substr(0, kEnd.size() + 1));
  }
};

CopyRows::CopyRows(std::string name, CopyEnd end)
    : name_(std::move(name)), end_(end), cut_(std::make_unique<Line>()) {}

CopyRows::~CopyRows() = default;

void CopyRows::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto* feed = static_cast<const char*>(std::memchr(bytes.data(), '\n', bytes.size()));
    if (feed == nullptr) return cut_->add(bytes);
    const auto length = static_cast<std::size_t>(feed - bytes.data());
    if (cut_->open) {
      cut_->add(bytes.substr(0, length));
      endCutLine();
    } else {
      takeLine(bytes.substr(0, length));
    }
    bytes.remove_prefix(length + 1);
  }
}

/// A data row never looks like the end: COPY doubles each backslash of a value.
void CopyRows::takeLine(std::string_view line) {
  if (end_ == CopyEnd::marked && (ended_ || line == kEnd)) {
    if (ended_ && !line.empty()) refuse("something follows the end of the rows");
    ended_ = true;
    return;
  }
  sum_.add(line);
}

void CopyRows::endCutLine() {
  if (end_ == CopyEnd::marked && (ended_ || cut_->head == kEnd)) {
    takeLine(cut_->head);
  } else {
    const XXH128_hash_t hash = XXH3_128bits_digest(&cut_->hash);
    sum_.add(hash.high64, hash.low64);
  }
  cut_->open = false;
  cut_->head.clear();
}

void CopyRows::finish() {
  if (cut_->open) refuse(fmt::format("ends inside a row, after {} rows", sum_.rows()));
  if (end_ == CopyEnd::marked && !ended_) {
    refuse(fmt::format("the line that ends the rows is missing, after {} rows", sum_.rows()));
  }
}

void CopyRows::refuse(const std::string& what) const {
  throw core::Error(core::Kind::corrupt, fmt::format("{}: {}", name_, what));
}

}  // namespace dump
