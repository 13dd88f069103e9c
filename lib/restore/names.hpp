#pragma once

#include <optional>
#include <string>

#include "lib/ports/sql.hpp"

namespace restore {

/// Names of the databases that one restore works with; all sort by time and hold the run's id.
struct Names {
  std::string live;      // "netbox"
  std::string incoming;  // "netbox_restored_20261121t030012z_3f2a"
  std::string kept;      // "netbox_before_20261121t030012z_3f2a"
};

/// PostgreSQL cuts names after 63 bytes: the front part is shortened where needed.
Names namesFor(const std::string& database, const std::string& run);

/// Whether it is a name that namesFor() gives to something beside the live database. What is
/// dropped by the word of a journal must bear one.
bool isBeside(const std::string& database);

/// A database that a restore made, whatever its name is now. Marked by the database setting
/// `sotctl.restored`, which stays with the database through renames.
struct Restored {
  std::int64_t oid = 0;
  std::string name;
  std::string run;
  std::string set;
  std::string state;  // "created", "loaded", "analyzed", "proven": each includes those before

  /// Whether it has come as far as `wanted`.
  bool reached(const std::string& wanted) const;
};

std::optional<Restored> findRestored(ports::Sql& sql, const std::string& run);
void markRestored(ports::Sql& sql, const std::string& database, const std::string& run,
                  const std::string& set, const std::string& state);

/// Object id of a database by its name; nothing if there is none.
std::optional<std::int64_t> databaseOid(ports::Sql& sql, const std::string& name);

}  // namespace restore
