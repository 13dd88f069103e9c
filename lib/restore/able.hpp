#pragma once

#include <optional>

#include "lib/database/facts.hpp"
#include "lib/restore/obstacle.hpp"

namespace restore {

/// What this login or server lacks for loading such a database, found out before it is tried: the
/// right to create databases, extensions that are not installed, or that only a superuser may
/// create. The first of them.
std::optional<Obstacle> unableToLoad(ports::Sql& sql, const database::Facts& facts);

}  // namespace restore
