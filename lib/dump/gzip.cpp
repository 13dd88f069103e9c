#include "lib/dump/gzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <climits>
#include <stdexcept>
#include <vector>

#include "lib/core/error.hpp"

namespace dump {
namespace {
constexpr int kGzipOnly = 15 + 16;  // inflateInit2: largest window, gzip wrapper demanded
}

struct GzipSource::State {
  z_stream stream{};
  std::vector<char> input = std::vector<char>(core::kBlockBytes);
  std::uint64_t taken = 0;  // packed bytes that were read
  bool begun = false;       // the first member has begun
  bool inside = false;      // a member has begun and not ended
  bool ended = false;

  State() {
    if (inflateInit2(&stream, kGzipOnly) != Z_OK) throw std::logic_error("zlib does not start");
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { inflateEnd(&stream); }
};

GzipSource::GzipSource(core::Source& packed, std::string name)
    : packed_(packed), name_(std::move(name)), state_(std::make_unique<State>()) {}

GzipSource::~GzipSource() = default;

bool GzipSource::refill() {
  if (state_->stream.avail_in > 0) return true;
  const std::size_t got = packed_.read(state_->input);
  state_->stream.next_in = reinterpret_cast<Bytef*>(state_->input.data());
  state_->stream.avail_in = static_cast<uInt>(got);
  state_->taken += got;
  return got > 0;
}

/// Whether another member begins; the stream's end is only here.
bool GzipSource::nextMember() {
  if (!refill()) {
    if (state_->taken == 0) refuse("the file is empty");
    return false;
  }
  if (state_->begun) {
    if (*state_->stream.next_in != 0x1f) refuse("something follows the packed data");
    inflateReset(&state_->stream);
  }
  state_->begun = true;
  state_->inside = true;
  return true;
}

std::size_t GzipSource::read(std::span<char> block) {
  z_stream& stream = state_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(block.data());
  stream.avail_out = static_cast<uInt>(std::min<std::size_t>(block.size(), UINT_MAX));
  const uInt room = stream.avail_out;
  while (stream.avail_out == room && !state_->ended) {
    if (!state_->inside && !nextMember()) {
      state_->ended = true;
      break;
    }
    if (!refill()) refuse("the packed data is cut short");
    const int result = inflate(&stream, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      state_->inside = false;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      refuse(fmt::format("the packed data is damaged ({})",
                         stream.msg != nullptr ? stream.msg : "no reason given by zlib"));
    }
  }
  return room - stream.avail_out;
}

void GzipSource::refuse(const std::string& what) const {
  throw core::Error(core::Kind::corrupt, fmt::format("{}: {} at byte {}", name_, what,
                                                     state_->taken - state_->stream.avail_in));
}

}  // namespace dump
