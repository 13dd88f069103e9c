#include <map>

#include "lib/core/error.hpp"
#include "lib/dump/insert.hpp"
#include "lib/sanitize/ordered.hpp"
#include "lib/sanitize/run.hpp"

namespace sanitize {
namespace {

using dump::PieceKind;

struct Table {
  std::size_t database = 0;
  WatchedTable watched;
};

struct Job {
  dump::Piece piece;
  std::shared_ptr<Table> table;
  std::string where;
  std::size_t database = 0;
};

struct Jobs {
  std::vector<Job> jobs;
  std::size_t bytes = 0;
};

/// Walks through a dump and hands its pieces to threads.
class Walk {
 public:
  using Work = std::function<void(int worker, const Job&)>;
  Walk(const Input& input, const DumpFacts& facts, const Catalogue& catalogue,
       const std::string& database, const Surroundings& around)
      : input_(input), facts_(facts), database_(database), around_(around) {
    for (const Facts& one : facts.databases) {
      watches.push_back(std::make_unique<Watch>(catalogue, one));
    }
  }

  void run(const std::string& title, const Work& work) {
    const auto packed = input_.open();
    const auto text = dump::unpackedByMagic(*packed, input_.name);
    dump::PlainReader reader(*text, input_.name);
    Ordered<Jobs> ordered(
        around_.jobs,
        [&work](int worker, Jobs& jobs) {
          for (const Job& job : jobs.jobs) work(worker, job);
        },
        [](Jobs&) {});
    auto jobs = std::make_unique<Jobs>();
    dump::Piece piece;
    while (reader.next(piece)) {
      around_.cancellation.check();
      if (piece.kind == PieceKind::command && piece.bytes.starts_with("\\connect")) connect(piece);
      if (!wanted()) continue;
      if (piece.kind == PieceKind::copy)
        table_ = tableOf(tableKey(reader.head().table), reader.head().columns);
      Job job{piece, nullptr, {}, at_};
      if (piece.kind == PieceKind::rows) {
        job.table = table_;
      } else if (piece.bytes.starts_with("INSERT INTO ")) {
        job.table = insertTable(piece.bytes);
      } else {
        job.where =
            piece.kind == PieceKind::space ? "a comment of the dump" : statementKind(piece.bytes);
      }
      jobs->bytes += piece.bytes.size();
      jobs->jobs.push_back(std::move(job));
      if (jobs->bytes < dump::PlainReader::kPieceBytes) continue;
      ordered.push(std::move(jobs));
      jobs = std::make_unique<Jobs>();
      around_.progress.at(title, reader.bytes(), facts_.bytes);
    }
    ordered.push(std::move(jobs));
    ordered.finish();
  }

  std::vector<std::unique_ptr<Watch>> watches;

 private:
  bool wanted() const {
    return database_.empty() || facts_.databases[at_].database == database_ || alone_;
  }

  /// A copy of one database out of several has no \connect: then all of it counts.
  void connect(const dump::Piece& piece) {
    const std::string name = connectedDatabase(piece.bytes);
    for (std::size_t d = 0; d < facts_.databases.size(); ++d) {
      if (facts_.databases[d].database == name) at_ = d;
    }
    alone_ = false;
  }

  std::shared_ptr<Table> tableOf(const std::string& name, const std::vector<std::string>& columns) {
    auto table = std::make_shared<Table>();
    table->database = at_;
    table->watched = watches[at_]->table(name, columns);
    return table;
  }

  std::shared_ptr<Table> insertTable(std::string_view statement) {
    auto& table = inserted_[{at_, std::string(statement.substr(0, statement.find(" VALUES")))}];
    if (table) return table;
    const dump::Insert parsed = dump::parseInsert(statement);
    std::vector<std::string> columns = parsed.columns;
    const auto known = facts_.databases[at_].tables.find(tableKey(parsed.table));
    if (columns.empty() && known != facts_.databases[at_].tables.end()) {
      for (const ColumnFacts& column : known->second.columns) columns.push_back(column.name);
    }
    table = tableOf(tableKey(parsed.table), columns);
    return table;
  }

  const Input& input_;
  const DumpFacts& facts_;
  std::string database_;
  const Surroundings& around_;
  std::size_t at_ = 0;
  bool alone_ = false;
  std::shared_ptr<Table> table_;
  std::map<std::pair<std::size_t, std::string>, std::shared_ptr<Table>> inserted_;

 public:
  /// The input is the copy of `database` alone.
  void alone() {
    alone_ = true;
    for (std::size_t d = 0; d < facts_.databases.size(); ++d) {
      if (facts_.databases[d].database == database_) at_ = d;
    }
  }
};

std::vector<std::vector<std::string_view>> valuesOf(const dump::Insert& parsed) {
  std::vector<std::vector<std::string_view>> rows;
  for (const auto& row : parsed.rows) {
    auto& values = rows.emplace_back();
    for (const auto& value : row) {
      values.push_back(value.value ? std::string_view(*value.value) : std::string_view());
    }
  }
  return rows;
}

}  // namespace

void collectOriginals(const Input& input, const DumpFacts& facts, const Catalogue& catalogue,
                      const std::string& database, Originals& originals,
                      const Surroundings& around) {
  Walk walk(input, facts, catalogue, database, around);
  std::vector<std::vector<std::unique_ptr<Visitor>>> visitors(
      static_cast<std::size_t>(std::max(1, around.jobs)));
  for (auto& mine : visitors) {
    for (const auto& watch : walk.watches) mine.push_back(std::make_unique<Visitor>(*watch));
  }
  std::vector<Collector> collectors(visitors.size(), Collector(originals));
  walk.run("collecting original values", [&](int worker, const Job& job) {
    if (!job.table) return;
    Collector& add = collectors[static_cast<std::size_t>(worker)];
    Visitor& visitor = *visitors[static_cast<std::size_t>(worker)][job.table->database];
    if (job.piece.kind == PieceKind::rows) {
      visitor.rows(job.table->watched, job.piece.bytes, add);
      return;
    }
    const dump::Insert parsed = dump::parseInsert(job.piece.bytes);
    for (const auto& row : valuesOf(parsed)) visitor.row(job.table->watched, row, true, add);
  });
}

Findings searchDump(const Input& output, const DumpFacts& facts, const Catalogue& catalogue,
                    const std::string& database, const Originals& originals,
                    const std::string& digest_key, const Surroundings& around) {
  Walk walk(output, facts, catalogue, database, around);
  if (!database.empty()) walk.alone();
  std::vector<std::vector<std::unique_ptr<Search>>> searches(
      static_cast<std::size_t>(std::max(1, around.jobs)));
  for (auto& mine : searches) {
    for (const auto& watch : walk.watches) {
      mine.push_back(std::make_unique<Search>(*watch, originals, digest_key));
    }
  }
  walk.run("searching the copy for original values", [&](int worker, const Job& job) {
    Search& search = *searches[static_cast<std::size_t>(worker)][job.database];
    if (!job.table) {
      search.text(job.piece.bytes, job.where);
    } else if (job.piece.kind == PieceKind::rows) {
      search.rows(job.table->watched, job.piece.bytes);
    } else {
      const dump::Insert parsed = dump::parseInsert(job.piece.bytes);
      for (const auto& row : valuesOf(parsed)) search.values(job.table->watched, row);
    }
  });
  Findings total;
  for (const auto& mine : searches) {
    for (const auto& search : mine) total.add(search->findings());
  }
  return total;
}

}  // namespace sanitize
