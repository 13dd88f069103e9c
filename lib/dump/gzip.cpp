#include "lib/dump/gzip.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <climits>
#include <stdexcept>
#include <vector>

#include "lib/core/error.hpp"

namespace dump {
namespace {

std::uint8_t* bytesOf(char* text) { return reinterpret_cast<std::uint8_t*>(text); }

const char* reasonOf(int result) {
  switch (result) {
    case ISAL_INVALID_BLOCK:
      return "invalid block";
    case ISAL_INVALID_SYMBOL:
      return "invalid symbol";
    case ISAL_INVALID_LOOKBACK:
      return "invalid distance";
    case ISAL_INVALID_WRAPPER:
      return "no gzip header";
    case ISAL_UNSUPPORTED_METHOD:
      return "unknown method";
    case ISAL_INCORRECT_CHECKSUM:
      return "incorrect checksum or length";
    default:
      return "no reason given";
  }
}

}  // namespace

struct GzipSource::State {
  inflate_state stream{};
  std::vector<char> input = std::vector<char>(core::kBlockBytes);
  std::uint64_t taken = 0;  // packed bytes that were read
  bool begun = false;       // the first member has begun
  bool inside = false;      // a member has begun and not ended
  bool ended = false;
};

GzipSource::GzipSource(core::Source& packed, std::string name)
    : packed_(packed), name_(std::move(name)), state_(std::make_unique<State>()) {
  isal_inflate_init(&state_->stream);
}

GzipSource::~GzipSource() = default;

bool GzipSource::refill() {
  if (state_->stream.avail_in > 0) return true;
  const std::size_t got = packed_.read(state_->input);
  state_->stream.next_in = bytesOf(state_->input.data());
  state_->stream.avail_in = static_cast<std::uint32_t>(got);
  state_->taken += got;
  return got > 0;
}

std::uint8_t GzipSource::nextByte() {
  if (!refill()) refuse("the packed data is cut short");
  --state_->stream.avail_in;
  return *state_->stream.next_in++;
}

/// The member's header, by RFC 1952. ISA-L 2.30 does not read one whose file name is longer than a
/// few letters (seen with what `gzip FILE` writes: "invalid block").
void GzipSource::readHeader() {
  constexpr unsigned kChecksum = 2;
  constexpr unsigned kExtra = 4;
  constexpr unsigned kName = 8;
  constexpr unsigned kComment = 16;
  if (nextByte() != 0x1f || nextByte() != 0x8b)
    refuse("the packed data is damaged (no gzip header)");
  if (nextByte() != 8) refuse("the packed data is damaged (unknown method)");
  const unsigned flags = nextByte();
  for (int skipped = 0; skipped < 6; ++skipped) nextByte();  // time, level, system
  if ((flags & kExtra) != 0) {
    unsigned bytes = nextByte();
    bytes |= static_cast<unsigned>(nextByte()) << 8;
    for (; bytes > 0; --bytes) nextByte();
  }
  for (const unsigned text : {kName, kComment}) {
    if ((flags & text) == 0) continue;
    while (nextByte() != 0) {
    }
  }
  if ((flags & kChecksum) != 0) {
    nextByte();
    nextByte();
  }
}

/// Whether another member begins; the stream's end is only here.
bool GzipSource::nextMember() {
  if (!refill()) {
    if (state_->taken == 0) refuse("the file is empty");
    return false;
  }
  if (state_->begun && *state_->stream.next_in != 0x1f) refuse("something follows the packed data");
  isal_inflate_reset(&state_->stream);
  state_->stream.crc_flag = ISAL_GZIP_NO_HDR_VER;  // the trailer is checked, the header is ours
  readHeader();
  state_->begun = true;
  state_->inside = true;
  return true;
}

std::size_t GzipSource::read(std::span<char> block) {
  inflate_state& stream = state_->stream;
  stream.next_out = bytesOf(block.data());
  stream.avail_out = static_cast<std::uint32_t>(std::min<std::size_t>(block.size(), UINT_MAX));
  const std::uint32_t room = stream.avail_out;
  while (stream.avail_out == room && !state_->ended) {
    if (!state_->inside && !nextMember()) {
      state_->ended = true;
      break;
    }
    // What was read already may still give something, although nothing more comes.
    const bool more = refill();
    const int result = isal_inflate(&stream);
    if (result != ISAL_DECOMP_OK) {
      refuse(fmt::format("the packed data is damaged ({})", reasonOf(result)));
    }
    if (stream.block_state == ISAL_BLOCK_FINISH) {
      state_->inside = false;
    } else if (!more && stream.avail_out == room) {
      refuse("the packed data is cut short");
    }
  }
  return room - stream.avail_out;
}

void GzipSource::refuse(const std::string& what) const {
  throw core::Error(core::Kind::corrupt, fmt::format("{}: {} at byte {}", name_, what,
                                                     state_->taken - state_->stream.avail_in));
}

struct GzipSink::State {
  isal_zstream stream{};
  std::vector<std::uint8_t> work = std::vector<std::uint8_t>(ISAL_DEF_LVL1_DEFAULT);
  std::vector<char> output = std::vector<char>(core::kBlockBytes);
};

GzipSink::GzipSink(core::Sink& packed) : packed_(packed), state_(std::make_unique<State>()) {
  isal_deflate_init(&state_->stream);
  state_->stream.level = 1;
  state_->stream.level_buf = state_->work.data();
  state_->stream.level_buf_size = static_cast<std::uint32_t>(state_->work.size());
  state_->stream.gzip_flag = IGZIP_GZIP;
}

GzipSink::~GzipSink() = default;

void GzipSink::write(std::string_view bytes) { pack(bytes, false); }

void GzipSink::finish() {
  pack({}, true);
  isal_deflate_reset(&state_->stream);
  state_->stream.gzip_flag = IGZIP_GZIP;  // it was taken down once the header was written
}

void GzipSink::pack(std::string_view bytes, bool last) {
  isal_zstream& stream = state_->stream;
  stream.next_in = bytesOf(const_cast<char*>(bytes.data()));  // only read
  stream.avail_in = static_cast<std::uint32_t>(bytes.size());
  stream.end_of_stream = last ? 1 : 0;
  stream.flush = NO_FLUSH;
  do {
    stream.next_out = bytesOf(state_->output.data());
    stream.avail_out = static_cast<std::uint32_t>(state_->output.size());
    if (const int result = isal_deflate(&stream); result != COMP_OK) {
      throw std::logic_error(fmt::format("ISA-L does not pack ({})", result));
    }
    packed_.write({state_->output.data(), state_->output.size() - stream.avail_out});
  } while (stream.avail_out == 0);
}

}  // namespace dump
