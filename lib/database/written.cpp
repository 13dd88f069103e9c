#include "lib/database/written.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/core/text.hpp"
#include "lib/database/compare.hpp"
#include "lib/database/digest.hpp"
#include "lib/database/part_run.hpp"

namespace database {
namespace {

// Numbers of transactions recur after 2^32, and the server orders those alone that are less than
// 2^31 apart.
constexpr std::int64_t kReach = 1LL << 30;

/// The number as xmin has it, as an SQL value.
std::string shortNumber(std::int64_t transaction) {
  return fmt::format("'{}'::xid", transaction & 0xffffffff);
}

bool withinReach(ports::Sql& session, std::int64_t since) {
  const std::int64_t next =
      session.query("SELECT txid_snapshot_xmax(txid_current_snapshot()) AS n").number(0, "n");
  return since > 2 && since < next && next - since < kReach;
}

/// Tables whose entry in the catalogue was made or changed since, or whose rows bear no numbers.
std::set<std::string> doubtfulTables(ports::Sql& session, std::int64_t since) {
  const ports::SqlRows rows = session.query(fmt::format(
      "SELECT n.nspname || '.' || c.relname AS object FROM pg_class c "
      "JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am m ON m.oid = c.relam "
      "WHERE c.relkind = 'r' AND (coalesce(m.amname, 'heap') <> 'heap' "
      "OR age(c.xmin) < age({0}) OR EXISTS (SELECT FROM pg_attribute a "
      "WHERE a.attrelid = c.oid AND age(a.xmin) < age({0})))",
      shortNumber(since)));
  std::set<std::string> doubtful;
  for (std::size_t i = 0; i < rows.size(); ++i) doubtful.insert(rows.text(i, "object"));
  return doubtful;
}

void add(const Comparison& comparison, Written& written) {
  for (const Difference& each : comparison.differences) {
    written.tables.push_back({each.object, each.expected, each.found});
  }
  for (const std::string& each : comparison.undetermined) written.undetermined.push_back(each);
}

class ByTransactions {
 public:
  ByTransactions(Database& database, Snapshot& snapshot, const Facts& then, std::int64_t since)
      : database_(database), snapshot_(snapshot), then_(then), since_(since) {}

  Written look(Facts now, int jobs, core::Progress& progress) {
    result_.by_transactions = true;
    std::vector<TablePlan> numbered = listTables(snapshot_.session());
    std::vector<TablePlan> others;
    const std::set<std::string> doubtful = doubtfulTables(snapshot_.session(), since_);
    std::erase_if(numbered, [&](const TablePlan& table) {
      if (!doubtful.contains(table.facts.object())) return false;
      others.push_back(table);
      return true;
    });
    countRows(numbered, now, jobs, progress);
    takeOrder(others, then_);
    digestTables(database_, snapshot_, others, now, jobs, progress);
    compareDigests(std::move(now), others);
    std::sort(result_.tables.begin(), result_.tables.end(),
              [](const WrittenTable& a, const WrittenTable& b) { return a.object < b.object; });
    return std::move(result_);
  }

 private:
  struct Rows {
    std::int64_t all = 0;
    std::int64_t later = 0;
  };

  void countRows(std::vector<TablePlan>& tables, const Facts& now, int jobs,
                 core::Progress& progress) {
    std::vector<Rows> totals(tables.size());
    std::mutex mutex;
    const std::string counts = fmt::format(
        "count(*) AS rows, count(*) FILTER (WHERE age(t.xmin) < (SELECT age({}))) AS later",
        shortNumber(since_));
    PartRun run(tables, now.identity.server_version, progress, database_.world().cancellation);
    run.carryOut(snapshot_, jobs, [&](ports::Sql& session, const TablePart& part) {
      const ports::SqlRows rows = session.query(partQuery(tables[part.table], part, counts));
      const std::lock_guard lock(mutex);
      totals[part.table].all += rows.number(0, "rows");
      totals[part.table].later += rows.number(0, "later");
    });
    for (std::size_t i = 0; i < tables.size(); ++i) compareRows(tables[i], totals[i]);
  }

  void compareRows(const TablePlan& table, const Rows& now) {
    const std::string object = "table " + table.facts.object();
    const TableFacts* then = then_.table(table.facts.schema, table.facts.name);
    if (!table.readable) {
      result_.undetermined.push_back(fmt::format("rows of {}: {}", object, table.facts.unknown));
    } else if (then == nullptr || !then->rows) {
      result_.undetermined.push_back(
          fmt::format("rows of {}: it is not known how many there were", object));
    } else if (now.later > 0 || now.all != *then->rows) {
      std::string found = core::plural(now.all, "row", "rows");
      if (now.later > 0) found += fmt::format(", {} written since", core::formatCount(now.later));
      result_.tables.push_back({object, core::plural(*then->rows, "row", "rows"), found});
    }
  }

  void compareDigests(Facts now, std::vector<TablePlan>& tables) {
    Facts then;
    then.digests = then_.digests;
    now.tables.clear();
    for (TablePlan& table : tables) {
      const TableFacts* before = then_.table(table.facts.schema, table.facts.name);
      if (before != nullptr) then.tables.push_back(*before);
      now.tables.push_back(std::move(table.facts));
    }
    add(compareTables(then, now), result_);
  }

  Database& database_;
  Snapshot& snapshot_;
  const Facts& then_;
  std::int64_t since_;
  Written result_;
};

}  // namespace

Written writtenSince(Database& database, const std::string& name, const Facts& then,
                     std::optional<std::int64_t> since, int jobs, core::Progress& progress) {
  Snapshot snapshot(database, name);
  if (since && withinReach(snapshot.session(), *since)) {
    Facts now = survey(snapshot);
    if (now.schema == then.schema) {
      return ByTransactions(database, snapshot, then, *since).look(std::move(now), jobs, progress);
    }
  }
  Written written;
  add(compareTables(then, measure(database, snapshot, jobs, progress, &then)), written);
  return written;
}

}  // namespace database
