#pragma once

#include <optional>
#include <string>

#include "lib/core/json_fwd.hpp"
#include "lib/core/stream.hpp"

namespace remote {

/// One message between the two halves: words as JSON, and bytes. On the wire: two lengths of four
/// bytes, most significant first, then both parts. At most 64 MiB each.
struct Frame {
  std::string words;  // JSON text
  std::string bytes;
};

std::string encode(const Frame& frame);

/// Reads whole frames out of a stream. Nothing at its end. Errors: corrupt (cut, or too long: what
/// came is no frame of ours).
class FrameReader {
 public:
  explicit FrameReader(core::Source& source) : source_(source) {}
  std::optional<Frame> next();

 private:
  bool fill(std::size_t wanted);

  core::Source& source_;
  std::string buffer_;
};

}  // namespace remote
