#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/cancel.hpp"
#include "lib/core/progress.hpp"
#include "lib/dump/plain.hpp"

namespace sanitize {

struct ColumnFacts {
  std::string name;
  std::string type;  // "character varying", "jsonb"; with "[]" behind it for an array
  int length = 0;    // of character varying(64); 0 without
  bool not_null = false;
  bool generated = false;
};

struct TableFacts {
  std::vector<ColumnFacts> columns;
  const ColumnFacts* find(const std::string& column) const;
};

struct ForeignKey {
  std::string table;
  std::vector<std::string> columns;
  std::string parent;
};

/// What a dump says of one database before its rows are looked at.
struct Facts {
  std::string database;  // of \connect; empty in a dump of one database
  std::map<std::string, TableFacts> tables;
  std::vector<ForeignKey> foreign_keys;
  std::map<std::string, std::string> partitions;    // leaf -> parent
  std::map<std::string, std::string> object_types;  // id of django_content_type -> table
  std::string administrator;                        // id of the first superuser
  std::string last_migration;                       // "dcim 0200_…", of the product's newest
  std::set<std::string> words;                      // lower-case words of names in the schema
  std::set<std::string> with_rows;                  // tables that have a COPY or an INSERT
  std::string encoding = "UTF8";
  std::uint64_t rows_bytes = 0;

  /// A column of a table, or one that it has from a parent (INHERITS); null for none.
  const ColumnFacts* column(const std::string& table, const std::string& name) const;
};

/// All databases of a dump, and whether it is whole.
struct DumpFacts {
  std::vector<Facts> databases;
  bool complete = false;  // the line at which a complete dump ends was there
  bool carriage_returns = false;
  std::uint64_t bytes = 0;  // unpacked
};

/// "dcim_site" for public.dcim_site; other schemas are named: "audit.log".
std::string tableKey(const dump::QualifiedName& name);

/// The database that a line \connect leads to.
std::string connectedDatabase(std::string_view command);

/// Reads a dump once, passing over the rows of all tables but a few. Errors: those of the reader;
/// refused for an encoding in which a byte of a character may look like a backslash, and for
/// standard_conforming_strings = off.
DumpFacts readFacts(dump::PlainReader& reader, core::Cancellation& cancellation);

/// Facts out of one statement of the schema; one that is no such statement says nothing. Errors:
/// refused as by readFacts.
void addStatement(Facts& facts, std::string_view statement);

}  // namespace sanitize
