#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace core {

/// A moment of the wall clock.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// "2026-11-21T03:00:12.345678Z". Journals, manifests and JSON use this form alone.
std::string formatUtc(Time time);
/// Reads what formatUtc() writes, with or without a fraction; nothing for anything else.
std::optional<Time> parseUtc(std::string_view text);
/// "20261121T030012Z": for names of files and databases; sorts by time.
std::string compactUtc(Time time);
/// "2026-11-21 04:00:12 CET": for people, in this host's time zone.
std::string formatLocal(Time time);

/// "0.8 s", "42 s", "3 min 20 s", "2 h 05 min", "3 d 4 h": for people.
std::string formatDuration(Duration duration);
/// Reads "90s", "15min", "2h", "3d", "1w", "250ms" and sums of these ("1h30min"). A bare number is
/// refused: nothing guesses the unit.
std::optional<Duration> parseDuration(std::string_view text);

}  // namespace core
