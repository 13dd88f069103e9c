#pragma once

#include <string>

#include "lib/core/time.hpp"

namespace core {

/// Reads what a person writes: "2026-11-21 04:00", "2026-11-21T04:00:12", "2026-11-21" (its
/// beginning) in this host's time zone, or any of the first two with "Z" or "+01:00" behind.
/// Errors: usage, also for a local time that a change of clocks leaves out or has twice.
Time parseMoment(const std::string& text);

/// "2026-11-21 04:00:12 CET (2026-11-21T03:00:12Z)": what was understood.
std::string formatBoth(Time time);

}  // namespace core
