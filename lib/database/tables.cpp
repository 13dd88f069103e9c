#include "lib/database/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace database {
namespace {

constexpr std::string_view kTables = R"(
SELECT c.oid, n.nspname, c.relname, pg_table_size(c.oid) AS bytes,
       pg_relation_size(c.oid) / current_setting('block_size')::bigint AS blocks,
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable,
       row_security_active(c.oid) AS hidden,
       c.relpersistence = 'u' AND pg_is_in_recovery() AS unlogged
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY bytes DESC, n.nspname, c.relname)";

// In the order in which COPY without a list, and pg_dump, give them. Generated columns, which came
// with PostgreSQL 12, are made anew from the others; COPY leaves them out.
constexpr std::string_view kColumns = R"(
SELECT a.attrelid, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND coalesce(to_jsonb(a) ->> 'attgenerated', '') = ''
 ORDER BY a.attrelid, a.attnum)";

constexpr std::uint64_t kPartBytes = 64ULL * 1024 * 1024;
constexpr int kFirstWithRangeScans = 140000;

std::string tidText(std::int64_t block) { return fmt::format("'({},0)'::tid", block); }

}  // namespace

std::vector<TablePlan> listTables(ports::Sql& session) {
  std::vector<TablePlan> tables;
  std::map<std::string, std::size_t> by_oid;
  const ports::SqlRows rows = session.query(kTables);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    TablePlan table;
    table.facts.schema = rows.text(i, "nspname");
    table.facts.name = rows.text(i, "relname");
    table.facts.bytes = static_cast<std::uint64_t>(rows.number(i, "bytes"));
    table.blocks = rows.number(i, "blocks");
    if (!rows.boolean(i, "readable")) {
      table.readable = false;
      table.facts.unknown = "no right to read it";
    } else if (rows.boolean(i, "hidden")) {
      table.readable = false;
      table.facts.unknown = "row-level security may hide rows from this login";
    } else if (rows.boolean(i, "unlogged")) {
      table.readable = false;
      table.facts.unknown = "a standby has no rows of an unlogged table";
    }
    by_oid[rows.text(i, "oid")] = tables.size();
    tables.push_back(std::move(table));
  }
  const ports::SqlRows columns = session.query(kColumns);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto found = by_oid.find(columns.text(i, "attrelid"));
    if (found == by_oid.end()) continue;
    tables[found->second].facts.columns.push_back(columns.text(i, "attname"));
  }
  return tables;
}

std::vector<TablePart> cutTables(const std::vector<TablePlan>& tables, int server_version) {
  std::vector<TablePart> parts;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const TablePlan& table = tables[i];
    if (!table.readable) continue;
    std::int64_t count = 1;
    if (server_version >= kFirstWithRangeScans) {
      count = static_cast<std::int64_t>(table.facts.bytes / kPartBytes) + 1;
      count = std::clamp<std::int64_t>(count, 1, std::max<std::int64_t>(table.blocks, 1));
    }
    for (std::int64_t n = 0; n < count; ++n) {
      const bool last = n + 1 == count;
      parts.push_back({i, table.blocks * n / count, last ? -1 : table.blocks * (n + 1) / count,
                       table.facts.bytes / static_cast<std::uint64_t>(count)});
    }
  }
  return parts;
}

void takeOrder(std::vector<TablePlan>& tables, const Facts& like) {
  for (TablePlan& table : tables) {
    std::vector<std::string>& columns = table.facts.columns;
    const TableFacts* other = like.table(table.facts.schema, table.facts.name);
    if (other == nullptr || other->columns.size() != columns.size()) continue;
    if (std::is_permutation(columns.begin(), columns.end(), other->columns.begin())) {
      columns = other->columns;
    }
  }
}

std::string partQuery(const TablePlan& table, const TablePart& part, const std::string& what) {
  std::string sql =
      fmt::format("SELECT {} FROM ONLY {}.{} t", what, ports::sqlName(table.facts.schema),
                  ports::sqlName(table.facts.name));
  if (part.from > 0) sql += " WHERE t.ctid >= " + tidText(part.from);
  if (part.to >= 0) {
    sql += (part.from > 0 ? " AND" : " WHERE") + std::string(" t.ctid < ") + tidText(part.to);
  }
  return sql;
}

std::string copyStatement(const TablePlan& table, const TablePart& part,
                          const std::string& encoding) {
  std::string columns;
  for (const std::string& column : table.facts.columns) {
    columns += (columns.empty() ? "t." : ", t.") + ports::sqlName(column);
  }
  return fmt::format("COPY ({}) TO STDOUT (ENCODING {})", partQuery(table, part, columns),
                     ports::sqlText(encoding));
}

}  // namespace database
