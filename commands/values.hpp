#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace commands {

/// A whole number that fits an int; nothing for anything else.
std::optional<int> parseNumber(std::string_view text);

/// A size in bytes: "4096", "100MB" (decimal: kB, MB, GB, TB), "2GiB" (binary: KiB, MiB, GiB,
/// TiB); nothing for anything else, and for what does not fit.
std::optional<std::uint64_t> parseSize(std::string_view text);

}  // namespace commands
