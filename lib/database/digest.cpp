#include "lib/database/digest.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/part_run.hpp"
#include "lib/dump/copy.hpp"

namespace database {
namespace {

dump::RowSum sumOf(ports::Sql& session, const TablePlan& table, const TablePart& part,
                   const std::string& encoding) {
  dump::CopyRows rows("table " + table.facts.object(), dump::CopyEnd::last_row);
  const std::int64_t told = session.copyOut(copyStatement(table, part, encoding), rows);
  rows.finish();
  if (told != rows.sum().rows()) {
    throw core::Error(
        core::Kind::unexpected,
        fmt::format("the server gave {} of table {} and says {}",
                    core::plural(rows.sum().rows(), "row", "rows"), table.facts.object(), told));
  }
  return rows.sum();
}

}  // namespace

void digestTables(Database& database, Snapshot& snapshot, std::vector<TablePlan>& tables,
                  const Facts& known, int jobs, core::Progress& progress) {
  std::vector<dump::RowSum> totals(tables.size());
  std::mutex mutex;
  PartRun run(tables, known.identity.server_version, progress, database.world().cancellation);
  run.carryOut(snapshot, jobs, [&](ports::Sql& session, const TablePart& part) {
    const dump::RowSum sum = sumOf(session, tables[part.table], part, known.settings.encoding);
    const std::lock_guard lock(mutex);
    totals[part.table] += sum;
  });
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i].readable) continue;
    tables[i].facts.rows = totals[i].rows();
    tables[i].facts.digest = totals[i].digest();
  }
}

}  // namespace database
