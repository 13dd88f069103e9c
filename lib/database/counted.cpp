#include "lib/database/counted.hpp"

#include <fmt/format.h>

namespace database {
namespace {

constexpr std::size_t kTablesAtOnce = 100;

void ask(ports::Sql& session, Facts& facts, std::vector<std::size_t>& tables) {
  if (tables.empty()) return;
  const ports::SqlRows rows = session.query(countQuery(facts, tables));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    facts.tables.at(static_cast<std::size_t>(rows.number(row, "i"))).rows = rows.number(row, "n");
  }
  tables.clear();
}

}  // namespace

std::string countQuery(const Facts& facts, const std::vector<std::size_t>& tables) {
  std::string sql;
  for (const std::size_t i : tables) {
    const TableFacts& table = facts.tables.at(i);
    // ONLY: rows of heirs are theirs.
    sql += fmt::format("{}SELECT {} AS i, count(*) AS n FROM ONLY {}.{}",
                       sql.empty() ? "" : " UNION ALL ", i, ports::sqlName(table.schema),
                       ports::sqlName(table.name));
  }
  return sql;
}

void countRows(Snapshot& snapshot, Facts& facts) {
  std::vector<std::size_t> tables;
  for (std::size_t i = 0; i < facts.tables.size(); ++i) {
    if (facts.tables[i].unknown.empty()) tables.push_back(i);
    if (tables.size() == kTablesAtOnce) ask(snapshot.session(), facts, tables);
  }
  ask(snapshot.session(), facts, tables);
}

}  // namespace database
