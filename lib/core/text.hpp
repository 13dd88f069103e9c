#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace core {

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view between);

/// "1.4 GB", "120 kB", "17 bytes": decimal units, for people.
std::string formatBytes(std::uint64_t bytes);
/// "4,211": for people.
std::string formatCount(std::int64_t count);
/// "1 row", "4,211 rows".
std::string plural(std::int64_t count, std::string_view one, std::string_view many);

/// The candidates that were probably meant, nearest first, at most three; empty if none is near.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

/// One word of a POSIX shell, quoted where it must be: for commands that people paste.
std::string shellQuote(std::string_view word);
std::string shellLine(const std::vector<std::string>& argv);

/// A name that may be shown on a terminal: control characters and invalid UTF-8 as \xNN.
std::string printable(std::string_view text);

}  // namespace core
