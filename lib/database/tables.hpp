#pragma once

#include <string>
#include <vector>

#include "lib/database/facts.hpp"
#include "lib/ports/sql.hpp"

namespace database {

/// A table whose rows are to be digested.
struct TablePlan {
  TableFacts facts;  // rows and digest still missing
  bool readable = true;
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

/// Gives each table that has the same columns in `like` their order there. (A restored heir may
/// have its parent's columns and its own in another order than before.)
void takeOrder(std::vector<TablePlan>& tables, const Facts& like);

/// SELECT of `what` from a part, where the table is called t.
std::string partQuery(const TablePlan& table, const TablePart& part, const std::string& what);

/// COPY of a part: the lines that pg_dump would get for its rows, in `encoding`.
std::string copyStatement(const TablePlan& table, const TablePart& part,
                          const std::string& encoding);

}  // namespace database
