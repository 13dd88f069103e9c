#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "lib/cluster/lsn.hpp"
#include "lib/ports/sql.hpp"

namespace cluster {

/// The end of one timeline in a server's past: what was written on it counts up to there.
struct Fork {
  int timeline = 0;
  Lsn end;
};

/// The history file of a timeline ("00000003.history"), oldest first. Pure.
std::vector<Fork> parseHistory(std::string_view text);

/// The past of a server that is on `timeline` now; empty for one that was never promoted.
/// Errors: as ports::Sql (the session needs a superuser).
std::vector<Fork> readHistory(ports::Sql& sql, int timeline);

/// Where that past leaves a timeline; nothing if it never was on it, or is on it still.
std::optional<Lsn> leftAt(const std::vector<Fork>& past, int timeline);

}  // namespace cluster
