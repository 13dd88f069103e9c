#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/migrations/migration.hpp"
#include "lib/ports/files.hpp"
#include "lib/ports/sql.hpp"

namespace migrations {

/// One row of django_migrations: a migration that was applied.
struct AppliedRow {
  Key key;
  std::optional<std::int64_t> id{};
  std::string when{};  // as the database writes it; empty: not known
};

/// What a database says has been applied.
struct Applied {
  std::vector<AppliedRow> rows;  // in the order of their ids where they have some
  std::string from;              // "database netbox", "table django_migrations in /path/of/dump"

  std::set<Key> keys() const;
  const AppliedRow* find(const Key& key) const;
};

/// The rows of the database that `session` is connected to; an empty database has none.
/// Errors: not_found (tables, but no django_migrations); as ports::Sql.
Applied appliedInDatabase(ports::Sql& session, const std::string& name);

/// The rows out of a file or folder, whatever it is: a backup set, an archive in directory format,
/// a plain dump (COPY or INSERT, also as .gz), or lines "[id] app name [applied]" between tabs
/// ("dcim.0001_initial" alone in a line is read too).
/// Errors: not_found (nothing there, no such table in it), corrupt (with the line), undetermined
/// (custom and tar archives, packings that are not read here), denied.
Applied appliedInFile(ports::Files& files, const std::string& path);

}  // namespace migrations
