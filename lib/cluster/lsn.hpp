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

}  // namespace cluster
