#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/time.hpp"
#include "lib/ports/world.hpp"
#include "lib/service/state.hpp"

namespace service {

/// One line that a service wrote.
struct LogLine {
  std::optional<core::Time> at{};  // nothing: neither its carrier nor itself says when
  std::string service;
  std::string text;    // redacted by whoever shows it
  bool error = false;  // by its priority or its words
};

/// Where a log file was read up to.
struct FilePlace {
  std::uint64_t inode = 0;
  std::uint64_t bytes = 0;
};

/// From where on lines are wanted: everything that is given holds together.
struct LogRange {
  std::optional<core::Time>
      since{};                       // journal, containers, and lines of files that tell their time
  std::string invocation{};          // journal: of this start of the unit alone
  std::optional<FilePlace> place{};  // files
  int newest = 1000;                 // lines, of journal and containers; of files without `place`
};

/// Lines of one service from wherever it writes: journal, containers, and its file, oldest first.
/// Reads only. Errors: denied, not_found, undetermined (in the words of what was asked).
std::vector<LogLine> readLog(ports::World& world, const config::ServiceSettings& service,
                             const LogRange& range);

/// The lines of the running start alone. `place` is the file's from before it.
LogRange sinceStart(const ServiceState& state, const std::optional<FilePlace>& place);

/// Where a file ends now; nothing if there is none.
std::optional<FilePlace> placeOf(ports::World& world, const std::string& file);

/// `journalctl -o json` (systemd 252): one object per line.
std::vector<LogLine> parseJournal(std::string_view text, const std::string& service);
/// `docker logs --timestamps`: RFC 3339 with nanoseconds, a space, the line.
std::vector<LogLine> parseContainerLog(std::string_view text, const std::string& service);
/// Lines of a file; the time is that at their front, if they have one ("2026-11-21 22:48:21.182
/// UTC",
/// "[2026-11-21 22:48:21 +0000]"), this host's local time where no zone is written.
std::vector<LogLine> parseFileLog(std::string_view text, const std::string& service);

/// Whether a line tells of an error: ERROR, CRITICAL, FATAL, PANIC as words of its level, or the
/// head of a Python traceback.
bool looksLikeError(std::string_view line);

/// By time; lines without one stay behind the line before them.
void sortByTime(std::vector<LogLine>& lines);

}  // namespace service
