#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cluster {

/// A place in the write-ahead log, in bytes since its beginning; "16/B374D848" as PostgreSQL writes
/// it.
struct Lsn {
  std::uint64_t bytes = 0;

  static std::optional<Lsn> parse(std::string_view text);
  std::string text() const;
  auto operator<=>(const Lsn&) const = default;
};

/// How a cluster lays its log out, in bytes; `initdb` and the build decide it.
struct LogLayout {
  std::uint64_t page = 8192;
  std::uint64_t segment = 16U << 20U;
};

/// Where the record ends that begins at `start` and is `length` bytes long; the next one begins
/// there, or behind the head of a page.
Lsn endOfRecord(Lsn start, std::uint64_t length, const LogLayout& layout = {});

}  // namespace cluster
