#include "lib/database/database.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"
#include "lib/doctor/outcome.hpp"
#include "lib/overview/overview.hpp"

namespace overview {
namespace {

/// The newest entry of the change log by its number: by its time would read all of a big table
/// where no index helps. NetBox moved the table from extras to core in 4.0.
std::optional<core::Time> newestChange(ports::Sql& sql) {
  const auto tables = sql.query(
      "SELECT relname FROM pg_class WHERE oid IN (to_regclass('public.core_objectchange'), "
      "to_regclass('public.extras_objectchange')) ORDER BY relname LIMIT 1");
  if (tables.empty()) return std::nullopt;
  const auto rows = sql.query(
      fmt::format("SELECT to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') "
                  "AS newest FROM public.{} ORDER BY id DESC LIMIT 1",
                  ports::sqlName(tables.text(0, "relname"))));
  if (rows.empty()) return std::nullopt;
  return core::parseUtc(rows.text(0, "newest"));
}

/// What a restore left beside the live database, by name ("netbox_before_20261121t030012z_3f2a").
std::vector<std::string> keptDatabases(ports::Sql& sql, const std::string& live) {
  const auto rows = sql.query(
      "SELECT datname FROM pg_database WHERE datname <> $1 AND starts_with($1, "
      "substring(datname FROM '^(.*)_(?:before|restored)_[0-9]{8}t[0-9]{6}z_')) ORDER BY datname",
      {live});
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows.size(); ++i) names.push_back(rows.text(i, "datname"));
  return names;
}

/// A session with the live database: as the application, else as the administrator. The first
/// error is the one to tell.
std::unique_ptr<ports::Sql> anySession(database::Database& database,
                                       const config::Instance& instance) {
  try {
    return database.application();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted || instance.database.admin.user.empty()) throw;
    try {
      return database.admin(database.name());
    } catch (const core::Error& second) {
      if (second.kind() == core::Kind::interrupted) throw;
    }
    throw;
  }
}

std::string whereInWords(const config::Instance& instance) {
  const auto& login = instance.database.application;
  return fmt::format("{} on {}:{}", instance.database.name,
                     login.host.empty() ? "the local socket" : login.host, login.port);
}

void tellKept(const std::vector<std::string>& kept, Overview& to) {
  to.facts["kept_databases"] = kept;
  if (kept.empty()) return;
  to.lines.push_back(doctor::warned(
      "database.kept", "kept databases", core::join(kept, ", "),
      "Left by restores, so that they can be undone. `sotctl restore finish --list` tells which, "
      "`sotctl restore finish RUN` or `--all` drops them."));
}

}  // namespace

void lookAtDatabase(ports::World& world, const config::Instance& instance, Overview& to) {
  to.facts["database"] = nullptr;
  to.facts["kept_databases"] = nullptr;
  const std::string id = "database";
  if (instance.database.name.empty()) {
    to.lines.push_back(doctor::unknown(id, "database", "its name is not known",
                                       "Set [instance." + instance.name + ".database]."));
    return;
  }
  database::Database database(world, instance);
  std::vector<std::string> kept;
  bool seen = false;
  to.lines.push_back(doctor::checked(id, "database", [&] {
    const auto sql = anySession(database, instance);
    const auto size = sql->query(
        "SELECT pg_database_size(current_database()) AS bytes, pg_is_in_recovery() AS standby");
    const auto newest = newestChange(*sql);
    kept = keptDatabases(*sql, instance.database.name);
    seen = true;
    const auto bytes = static_cast<std::uint64_t>(size.number(0, "bytes"));
    to.facts["database"] = {
        {"name", instance.database.name},
        {"bytes", bytes},
        {"standby", size.boolean(0, "standby")},
        {"newest_change", newest ? core::Json(core::formatUtc(*newest)) : core::Json(nullptr)}};
    std::string words = whereInWords(instance) + ", " + core::formatBytes(bytes);
    if (size.boolean(0, "standby")) words += ", a standby";
    if (newest) {
      words += ", last change " + core::formatDuration(world.clock.now() - *newest) + " ago";
    }
    return doctor::passed(id, "database", words);
  }));
  if (seen) tellKept(kept, to);
}

}  // namespace overview
