#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/migrations/expression.hpp"

namespace migrations {

/// A field that gets an index of its own, which nobody names.
struct IndexedField {
  std::string column;
  bool unique = false;
  bool text = false;  // of text: PostgreSQL gets a second one for LIKE
};

/// What `name = models.CharField(…, db_index=True)` says of that; nothing without an index, for a
/// field that is no plain one of Django, and for what can't be read.
std::optional<IndexedField> indexedField(const std::string& name, const Expression& field);

/// The names of the field's indexes and of its unique constraint in PostgreSQL.
/// Source: django/db/backends/base/schema.py (_create_index_name) and postgresql/schema.py
/// (_create_like_index_sql) of Django 2.2 to 6.0; PostgreSQL's "TABLE_COLUMN_key".
std::vector<std::string> namesOf(const std::string& table, const IndexedField& field);

}  // namespace migrations
