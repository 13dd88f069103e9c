#pragma once

#include <string>
#include <vector>

#include "lib/database/facts.hpp"

namespace database {

/// What kind of fact differs, so that a caller can tell a lost row from an extension that this
/// server has in a newer version.
enum class Aspect {
  rows,     // a table is missing or extra, its number of rows differs
  content,  // same number of rows, other values
  sequence,
  extension,
  schema,    // definitions of tables, columns, indexes, constraints, views, functions, types
  rights,    // owners and grants
  settings,  // encoding, locale, owner of the database
  large_objects,
  migrations,
};

const char* aspectName(Aspect aspect);

struct Difference {
  Aspect aspect = Aspect::content;
  std::string object;    // "table public.dcim_site"
  std::string expected;  // "24 rows"
  std::string found;     // "23 rows"

  std::string inWords() const;
};

struct Comparison {
  std::vector<Difference> differences;
  /// What could not be compared, and why: "content of table public.x: …". Not differences, and not
  /// equality either.
  std::vector<std::string> undetermined;

  bool equal() const { return differences.empty(); }
  bool proven() const { return differences.empty() && undetermined.empty(); }
};

/// What differs between two databases that should hold the same. Not compared: the server, the
/// name, sizes, moments, collation versions.
Comparison compare(const Facts& expected, const Facts& found);

/// The same for the rows of tables alone.
Comparison compareTables(const Facts& expected, const Facts& found);

}  // namespace database
