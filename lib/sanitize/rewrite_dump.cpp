#include <fmt/format.h>

#include <map>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/copy_text.hpp"
#include "lib/dump/insert.hpp"
#include "lib/sanitize/ordered.hpp"
#include "lib/sanitize/run.hpp"

namespace sanitize {
namespace {

using dump::PieceKind;

/// A table of the dump, as all workers see it.
struct Table {
  std::size_t database = 0;
  std::unique_ptr<TablePlan> plan;
  WatchedTable watched;
  bool utf8 = true;
};

struct Item {
  enum class Kind { text, rows, insert } kind = Kind::text;
  std::string text;        // of a text, ready for the copy
  std::string_view bytes;  // of rows and inserts
  std::shared_ptr<dump::Block> keep;
  std::shared_ptr<Table> table;
};

struct Batch {
  std::vector<Item> items;
  std::size_t bytes = 0;
  std::string out;
  std::string packed;
};

/// What one thread has of its own.
struct Worker {
  std::vector<std::unique_ptr<Rewriter>> rewriters;  // by database
  std::vector<std::unique_ptr<Visitor>> visitors;
  std::unique_ptr<Collector> collector;
};

class Run {
 public:
  Run(const Input& input, const RewritePlan& how, Originals& originals, core::Sink& out,
      const Surroundings& around)
      : input_(input),
        how_(how),
        out_(out),
        around_(around),
        plans_(makePlans(how)),
        statements_(how.key, how.statements) {
    for (const Facts& facts : how.facts.databases) {
      watches_.push_back(std::make_unique<Watch>(how.catalogue, facts));
    }
    for (int i = 0; i < std::max(1, around.jobs); ++i) {
      Worker& worker = workers_.emplace_back();
      worker.collector = std::make_unique<Collector>(originals);
      for (std::size_t d = 0; d < plans_.size(); ++d) {
        Login login = how.login;
        login.row = login.user.empty() ? "" : how.facts.databases[d].administrator;
        worker.rewriters.push_back(std::make_unique<Rewriter>(*plans_[d], how.key, login));
        worker.visitors.push_back(std::make_unique<Visitor>(*watches_[d]));
      }
    }
  }

  Rewritten run() {
    const auto packed = input_.open();
    const auto text = dump::unpackedByMagic(*packed, input_.name);
    dump::PlainReader reader(*text, input_.name);
    Ordered<Batch> ordered(
        around_.jobs,
        [this](int worker, Batch& batch) {
          work(workers_[static_cast<std::size_t>(worker)], batch);
        },
        [this](Batch& batch) { write(batch); });
    batch_ = newBatch();
    dump::Piece piece;
    while (reader.next(piece)) {
      around_.cancellation.check();
      take(reader, piece);
      if (batch_->bytes < dump::PlainReader::kPieceBytes) continue;
      ordered.push(std::move(batch_));
      batch_ = newBatch();
      around_.progress.at("rewriting", reader.bytes(), how_.facts.bytes);
    }
    if (reader.bytes() != how_.facts.bytes) {
      throw core::Error(core::Kind::refused, input_.name + " changed while it was read",
                        "Wait until it is complete, and begin again.");
    }
    ordered.push(std::move(batch_));
    ordered.finish();
    result_.bytes_in = reader.bytes();
    return conclude();
  }

 private:
  std::unique_ptr<Batch> newBatch() {
    auto batch = std::make_unique<Batch>();
    for (std::string* text : {&batch->out, &batch->packed}) {
      if (spare_.empty()) break;
      *text = std::move(spare_.back());
      text->clear();
      spare_.pop_back();
    }
    return batch;
  }

  bool wanted() const {
    return how_.database.empty() || how_.facts.databases[database_].database == how_.database;
  }

  void take(dump::PlainReader& reader, dump::Piece& piece) {
    if (piece.kind == PieceKind::command && piece.bytes.starts_with("\\connect")) {
      ++database_;
      if (how_.database.empty()) addText(std::string(piece.bytes));
      return;
    }
    if (!wanted()) return;
    switch (piece.kind) {
      case PieceKind::space:
      case PieceKind::command:
      case PieceKind::end:
        addText(std::string(piece.bytes));
        break;
      case PieceKind::statement:
        if (piece.bytes.starts_with("INSERT INTO ")) {
          insert(piece);
        } else {
          addText(statements_.rewrite(piece.bytes, *plans_[database_]));
        }
        break;
      case PieceKind::copy:
        table_ = tableOf(tableKey(reader.head().table), reader.head().columns);
        addText(std::string(piece.bytes));
        break;
      case PieceKind::rows:
        addItem({Item::Kind::rows, {}, piece.bytes, piece.keep, table_});
        break;
    }
  }

  void addText(std::string text) {
    // A line that begins with a backslash would be a command for psql: only pieces of that kind,
    // and what stands in rows, may have one.
    Item item;
    item.text = std::move(text);
    addItem(std::move(item));
  }

  void addItem(Item item) {
    batch_->bytes += item.text.size() + item.bytes.size();
    batch_->items.push_back(std::move(item));
  }

  std::shared_ptr<Table> tableOf(const std::string& name, const std::vector<std::string>& columns) {
    auto table = std::make_shared<Table>();
    table->database = database_;
    table->plan = plans_[database_]->tableFor(name, columns);
    table->watched = watches_[database_]->table(name, columns);
    table->utf8 = how_.facts.databases[database_].encoding == "UTF8";
    return table;
  }

  void insert(const dump::Piece& piece) {
    const std::string_view head = piece.bytes.substr(0, piece.bytes.find(" VALUES"));
    auto& table = inserted_[{database_, std::string(head)}];
    if (!table) {
      const dump::Insert parsed = dump::parseInsert(piece.bytes);
      const std::string name = tableKey(parsed.table);
      std::vector<std::string> columns = parsed.columns;
      const auto& facts = how_.facts.databases[database_];
      if (const auto known = facts.tables.find(name);
          columns.empty() && known != facts.tables.end()) {
        for (const ColumnFacts& column : known->second.columns) columns.push_back(column.name);
      }
      table = tableOf(name, columns);
    }
    addItem({Item::Kind::insert, {}, piece.bytes, piece.keep, table});
  }

  void work(Worker& worker, Batch& batch) {
    batch.out.reserve(batch.bytes + batch.bytes / 8 + 1024);
    for (const Item& item : batch.items) {
      if (item.kind == Item::Kind::text) {
        batch.out.append(item.text);
        continue;
      }
      const Table& table = *item.table;
      if (table.utf8 && !dump::validUtf8(item.bytes)) {
        throw core::Error(
            core::Kind::corrupt,
            fmt::format("table {} has text that is no UTF-8, which the dump says it is",
                        table.plan->table),
            "The dump is damaged, or was converted: get it again.");
      }
      if (item.kind == Item::Kind::rows) {
        collect(worker, table, item.bytes);
        worker.rewriters[table.database]->rows(*table.plan, item.bytes, batch.out);
      } else {
        rewriteInsert(worker, table, item.bytes, batch.out);
      }
    }
    if (how_.packing != dump::Compression::none && !batch.out.empty()) {
      dump::pack(how_.packing, batch.out, batch.packed);
    }
  }

  void collect(Worker& worker, const Table& table, std::string_view rows) {
    worker.visitors[table.database]->rows(table.watched, rows, *worker.collector);
  }

  void rewriteInsert(Worker& worker, const Table& table, std::string_view statement,
                     std::string& to) {
    const dump::Insert parsed = dump::parseInsert(statement);
    std::size_t from = 0;
    for (const auto& row : parsed.rows) {
      std::vector<std::optional<std::string>> values;
      std::vector<std::string_view> originals;
      for (const dump::InsertValue& value : row) {
        values.push_back(value.value);
        originals.push_back(value.value ? std::string_view(*value.value) : std::string_view());
      }
      worker.visitors[table.database]->row(table.watched, originals, true, *worker.collector);
      worker.rewriters[table.database]->values(*table.plan, values);
      if (table.plan->fate == TableFate::empty) continue;
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i].fixed || values[i] == row[i].value) continue;
        to.append(statement.substr(from, row[i].begin - from));
        if (values[i]) {
          dump::encodeLiteral(*values[i], to);
        } else {
          to += "NULL";
        }
        from = row[i].end;
      }
    }
    if (table.plan->fate != TableFate::empty) to.append(statement.substr(from));
  }

  void write(Batch& batch) {
    const std::string& bytes = how_.packing == dump::Compression::none ? batch.out : batch.packed;
    digest_.add(bytes);
    out_.write(bytes);
    result_.bytes_out += batch.out.size();
    // Fresh memory of a megabyte costs a page fault for every 4 kB: used one is used again.
    spare_.push_back(std::move(batch.out));
    spare_.push_back(std::move(batch.packed));
  }

  Rewritten conclude() {
    for (std::size_t d = 0; d < plans_.size(); ++d) {
      if (!how_.database.empty() && how_.facts.databases[d].database != how_.database) continue;
      const Plan& plan = *plans_[d];
      const auto& names = plan.counters();
      for (std::size_t i = 0; i < names.size(); ++i) {
        Tally total;
        for (const Worker& worker : workers_) {
          const auto& tallies = worker.rewriters[d]->tallies();
          if (i >= tallies.size()) continue;
          total.seen += tallies[i].seen;
          total.changed += tallies[i].changed;
        }
        result_.tallies.push_back({names[i], total});
      }
      for (const Worker& worker : workers_) {
        result_.unknown_json_keys += worker.rewriters[d]->unknownJsonKeys();
      }
      result_.emptied.insert(plan.emptied().begin(), plan.emptied().end());
      const auto join = [](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.end());
      };
      join(result_.unknown_tables, plan.unknownTables());
      join(result_.unknown_columns, plan.unknownColumns());
      join(result_.loosened, plan.loosened());
      join(result_.unmatched, plan.unmatched());
    }
    result_.notes = statements_.notes();
    result_.sha256 = digest_.hex();
    return std::move(result_);
  }

  const Input& input_;
  const RewritePlan& how_;
  core::Sink& out_;
  const Surroundings& around_;
  std::vector<std::unique_ptr<Plan>> plans_;
  std::vector<std::unique_ptr<Watch>> watches_;
  std::vector<Worker> workers_;
  Statements statements_;
  core::Sha256 digest_;
  std::size_t database_ = 0;
  std::shared_ptr<Table> table_;
  std::map<std::pair<std::size_t, std::string>, std::shared_ptr<Table>> inserted_;
  std::unique_ptr<Batch> batch_;
  std::vector<std::string> spare_;
  Rewritten result_;
};

}  // namespace

Rewritten rewriteDump(const Input& input, const RewritePlan& how, Originals& originals,
                      core::Sink& out, const Surroundings& around) {
  return Run(input, how, originals, out, around).run();
}

}  // namespace sanitize
