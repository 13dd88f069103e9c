#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/core/check.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// Room that a second copy of a database needs beside it: the copy, and the write-ahead log of
/// loading it.
std::uint64_t roomNeeded(std::uint64_t database_bytes);

/// Whether the server's data folder has that room. Unknown where the server is on another host or
/// does not tell where its data is.
core::CheckResult checkRoom(const Environment& environment, std::uint64_t database_bytes);

}  // namespace restore
