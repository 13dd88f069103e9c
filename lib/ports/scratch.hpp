#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lib/core/stream.hpp"

namespace ports {

/// Memory that lies in a file without a name: the system may write it out and needs no swap for
/// it. Gone with the object, or with the process, however that ends.
class ScratchMemory {
 public:
  virtual ~ScratchMemory() = default;
  /// Zero at first.
  virtual std::span<std::byte> bytes() = 0;
};

/// A file without a name. Gone with the object or the process, however that ends, unless it was
/// published.
class ScratchFile : public core::Sink {
 public:
  /// All that was written, from its beginning. Sources of one file do not disturb each other.
  virtual std::unique_ptr<core::Source> read() = 0;
  virtual std::uint64_t size() const = 0;
  /// Gives it its name, in one move, once all of it is on disk. `path` lies in the folder that the
  /// file was made for.
  virtual void publish(const std::string& path, unsigned mode) = 0;
};

/// What a Files can do besides (ask with dynamic_cast): room on disk that nobody ever sees.
/// Errors: denied, unexpected (no room).
class ScratchFiles {
 public:
  virtual ~ScratchFiles() = default;
  virtual std::unique_ptr<ScratchMemory> scratchMemory(const std::string& folder,
                                                       std::size_t bytes) = 0;
  virtual std::unique_ptr<ScratchFile> scratchFile(const std::string& folder) = 0;
};

}  // namespace ports
