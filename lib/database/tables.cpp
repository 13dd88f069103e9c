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
       row_security_active(c.oid) AS hidden
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY bytes DESC, n.nspname, c.relname)";

// Types whose text form is looked up in the catalogues (regclass and its like, access lists), also
// inside of domains, arrays, ranges and composite types.
constexpr std::string_view kColumns = R"(
WITH RECURSIVE columns AS (
  SELECT a.attrelid, a.attname, a.atttypid
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
     AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
), parts(root, part) AS (
  SELECT DISTINCT atttypid, atttypid FROM columns
  UNION
  SELECT p.root, x.part FROM parts p JOIN pg_type t ON t.oid = p.part
    CROSS JOIN LATERAL (
      SELECT t.typbasetype UNION ALL SELECT t.typelem
      UNION ALL SELECT a.atttypid FROM pg_attribute a
                 WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0
                   AND NOT a.attisdropped
      UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid) x(part)
   WHERE x.part <> 0
)
SELECT c.attrelid, c.attname,
       NOT EXISTS (SELECT FROM parts p JOIN pg_type t ON t.oid = p.part
                    WHERE p.root = c.atttypid AND t.typnamespace = 'pg_catalog'::regnamespace
                      AND (t.typname ~ '^reg' OR t.typname = 'aclitem')) AS stable,
       y.typnamespace = 'pg_catalog'::regnamespace AND y.typname NOT IN ('bpchar', 'char') AS plain
  FROM columns c JOIN pg_type y ON y.oid = c.atttypid ORDER BY c.attname COLLATE "C")";

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
    }
    by_oid[rows.text(i, "oid")] = tables.size();
    tables.push_back(std::move(table));
  }
  const ports::SqlRows columns = session.query(kColumns);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto found = by_oid.find(columns.text(i, "attrelid"));
    if (found == by_oid.end()) continue;
    TablePlan& table = tables[found->second];
    table.columns.push_back({columns.text(i, "attname"), columns.boolean(i, "plain")});
    if (!columns.boolean(i, "stable") && table.stable) {
      table.stable = false;
      if (table.readable) {
        table.facts.unknown = fmt::format("column {} has a type whose text form is not stable",
                                          table.columns.back().name);
      }
    }
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

std::string partQuery(const TablePlan& table, const TablePart& part) {
  std::string hashes;
  for (const DigestColumn& column : table.columns) {
    const std::string value = "t." + ports::sqlName(column.name);
    hashes +=
        fmt::format("{}hashtextextended({}::text COLLATE \"C\", 0)", hashes.empty() ? "" : ", ",
                    column.plain ? value : fmt::format("ROW({})", value));
  }
  const std::string digest =
      table.stable
          ? fmt::format(
                "coalesce(sum(hashtextextended(hash_array_extended(ARRAY[{}]::bigint[], 0)::text "
                "COLLATE \"C\", 0)), 0)::text",
                hashes)
          : "NULL";
  std::string sql =
      fmt::format("SELECT count(*) AS rows, {} AS digest FROM ONLY {}.{} t", digest,
                  ports::sqlName(table.facts.schema), ports::sqlName(table.facts.name));
  if (part.from > 0) sql += " WHERE t.ctid >= " + tidText(part.from);
  if (part.to >= 0) {
    sql += (part.from > 0 ? " AND" : " WHERE") + std::string(" t.ctid < ") + tidText(part.to);
  }
  return sql;
}

}  // namespace database
