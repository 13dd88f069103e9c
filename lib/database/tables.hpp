#pragma once

#include <string>
#include <vector>

#include "lib/database/facts.hpp"
#include "lib/ports/sql.hpp"

namespace database {

struct DigestColumn {
  std::string name;
  /// Whether `::text` gives exactly what the type's output function gives. Not so for char(n),
  /// which loses blanks by it, and perhaps for types that are not PostgreSQL's own.
  bool plain = true;
};

/// A table whose rows are to be digested, and how.
struct TablePlan {
  TableFacts facts;                   // rows and digest still missing
  std::vector<DigestColumn> columns;  // by name; what the digest covers
  bool readable = true;
  bool stable = true;  // false: no digest, rows are only counted
  std::int64_t blocks = 0;
};

/// A part of a table that one query reads: blocks [from, to), or all from `from` on for to = -1.
struct TablePart {
  std::size_t table = 0;
  std::int64_t from = 0;
  std::int64_t to = -1;
  std::uint64_t bytes = 0;  // about: for progress
};

/// Ordinary tables and leaves of partitioned ones, biggest first. Not: foreign tables, temporary
/// tables, members of extensions, system schemas.
std::vector<TablePlan> listTables(ports::Sql& session);

/// Cuts big tables, so that several sessions share them and a cancelled run stops soon. Servers
/// before 14 can't scan a part of a table, so that there each table is one part.
std::vector<TablePart> cutTables(const std::vector<TablePlan>& tables, int server_version);

/// The query that counts and digests a part: one row (rows, digest).
std::string partQuery(const TablePlan& table, const TablePart& part);

/// How row digests are made, as noted beside them. A digest is the sum, over all rows, of a hash of
/// the row: of the hash of the array of the hashes of its values' text forms, columns in the order
/// of their names. (The array's hash alone would not do: it is linear in its elements, and the sum
/// would not see two rows exchange a value.)
///
/// It does not depend on the order of rows, and it changes with each changed, missing, added,
/// duplicated or swapped value. It can't notice: what has the same text form (there is none among
/// the types that are digested, with the session's fixed settings), a change that was made on
/// purpose to collide (the hash is no cryptographic one), and one accident in 2^64. Hashing the
/// values one by one takes two thirds of the time that hashing the text of whole rows takes
/// (measured on a change log): it costs what COPY costs.
inline constexpr const char* kDigestKind =
    "sum of hashtextextended(hash_array_extended(values)), 1";

}  // namespace database
