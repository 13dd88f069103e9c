#include "lib/cluster/history.hpp"

#include <fmt/format.h>

#include <charconv>

#include "lib/core/text.hpp"

namespace cluster {

// "1\t0/A01F178\tno recovery target specified": PostgreSQL 15, access/transam/timeline.c.
std::vector<Fork> parseHistory(std::string_view text) {
  std::vector<Fork> past;
  for (const std::string& line : core::split(text, '\n')) {
    const auto words = core::split(line, '\t');
    if (words.size() < 2) continue;
    Fork fork;
    const std::string_view number = core::trim(words[0]);
    const auto [at, error] =
        std::from_chars(number.data(), number.data() + number.size(), fork.timeline);
    const auto end = Lsn::parse(core::trim(words[1]));
    if (error != std::errc() || at != number.data() + number.size() || !end) continue;
    fork.end = *end;
    past.push_back(fork);
  }
  return past;
}

std::vector<Fork> readHistory(ports::Sql& sql, int timeline) {
  if (timeline <= 1) return {};
  const auto rows = sql.query("SELECT pg_read_file($1, 0, 1000000, true) AS text",
                              {fmt::format("pg_wal/{:08X}.history", timeline)});
  return parseHistory(rows.text(0, "text"));
}

std::optional<Lsn> leftAt(const std::vector<Fork>& past, int timeline) {
  for (const Fork& fork : past) {
    if (fork.timeline == timeline) return fork.end;
  }
  return std::nullopt;
}

}  // namespace cluster
