#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/dump/statement.hpp"

namespace dump {

/// One value of an INSERT, and where it stands in the statement.
struct InsertValue {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::optional<std::string> value;  // decoded; nothing for NULL and DEFAULT
  bool fixed = false;                // DEFAULT: the database computes it
};

/// An INSERT as pg_dump writes it (--inserts, --column-inserts, --rows-per-insert).
struct Insert {
  QualifiedName table;
  std::vector<std::string> columns;  // empty: those of the table, in their order
  std::vector<std::vector<InsertValue>> rows;
};

/// Errors: refused for what pg_dump does not write (expressions, SELECT).
Insert parseInsert(std::string_view statement);

}  // namespace dump
