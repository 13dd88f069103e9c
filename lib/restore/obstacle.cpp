#include "lib/restore/obstacle.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"

namespace restore {

std::optional<Obstacle> obstacleTo(ports::Sql& sql, std::int64_t database_oid) {
  const ports::SqlRows found = sql.query(
      "SELECT 'prepared transaction' AS what, p.gid AS name, "
      "format('ROLLBACK PREPARED %L', p.gid) AS cure FROM pg_prepared_xacts p "
      "JOIN pg_database d ON d.datname = p.database WHERE d.oid = $1::oid "
      "UNION ALL SELECT 'logical replication slot', s.slot_name, "
      "format('SELECT pg_drop_replication_slot(%L)', s.slot_name) FROM pg_replication_slots s "
      "JOIN pg_database d ON d.datname = s.database WHERE d.oid = $1::oid "
      "UNION ALL SELECT 'subscription', b.subname, format('ALTER SUBSCRIPTION %I DISABLE', "
      "b.subname) FROM pg_subscription b WHERE b.subdbid = $1::oid AND b.subenabled",
      {fmt::format("{}", database_oid)});
  if (found.empty()) return std::nullopt;
  return Obstacle{
      fmt::format("{} {}", found.text(0, "what"), core::printable(found.text(0, "name"))),
      fmt::format("If nobody needs it, end it in that database, then try again: {}",
                  core::printable(found.text(0, "cure")))};
}

}  // namespace restore
