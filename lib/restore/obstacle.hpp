#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/ports/sql.hpp"

namespace restore {

/// What holds up renaming or dropping a database and does not end with its session.
struct Obstacle {
  std::string found;  // "prepared transaction x"
  std::string hint;   // how it is ended
};

/// Prepared transactions, logical replication slots and enabled subscriptions of the database; the
/// first of them.
std::optional<Obstacle> obstacleTo(ports::Sql& sql, std::int64_t database_oid);

}  // namespace restore
