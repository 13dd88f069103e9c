#include "lib/sanitize/facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/copy_text.hpp"
#include "lib/dump/insert.hpp"

namespace sanitize {
namespace {

using dump::PieceKind;
using dump::Token;

/// Goes through the rows of a table that says something about others.
template <typename Take>
void eachRow(std::string_view rows, const Take& take) {
  std::vector<std::string_view> fields;
  for (std::size_t from = 0; from < rows.size();) {
    std::size_t feed = rows.find('\n', from);
    if (feed == std::string_view::npos) feed = rows.size();
    dump::splitRow(rows.substr(from, feed - from), fields);
    take(fields);
    from = feed + 1;
  }
}

int position(const std::vector<std::string>& columns, std::string_view name) {
  const auto found = std::find(columns.begin(), columns.end(), name);
  return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

bool saysSomething(const std::string& table) {
  return table == "django_content_type" || table == "django_migrations" || table == "users_user" ||
         table == "auth_user";
}

/// Takes what one row of such a table says.
void readRow(Facts& facts, const std::string& table, const std::vector<std::string>& columns,
             const std::vector<std::string_view>& fields) {
  const auto field = [&](std::string_view column) {
    const int index = position(columns, column);
    return index >= 0 && static_cast<std::size_t>(index) < fields.size()
               ? fields[static_cast<std::size_t>(index)]
               : std::string_view();
  };
  if (table == "django_content_type") {
    facts.object_types[std::string(field("id"))] =
        fmt::format("{}_{}", field("app_label"), field("model"));
  } else if (table == "django_migrations") {
    if (field("app") != "dcim") return;
    facts.last_migration = std::max(facts.last_migration, fmt::format("dcim {}", field("name")));
  } else if (facts.administrator.empty() && field("is_superuser").starts_with('t')) {
    facts.administrator = field("id");
  }
}

void readInsert(Facts& facts, std::string_view statement) {
  const std::vector<Token> head =
      dump::tokens(statement.substr(0, std::min(statement.find('('), statement.find(" VALUES"))));
  std::size_t at = 2;
  const std::string table = tableKey(dump::qualifiedName(head, at));
  facts.with_rows.insert(table);
  if (!saysSomething(table)) return;
  const dump::Insert parsed = dump::parseInsert(statement);
  std::vector<std::string> columns = parsed.columns;
  if (columns.empty()) {
    for (const ColumnFacts& column : facts.tables[table].columns) columns.push_back(column.name);
  }
  for (const auto& row : parsed.rows) {
    std::vector<std::string_view> fields;
    for (const dump::InsertValue& value : row)
      fields.push_back(value.value ? std::string_view(*value.value) : std::string_view());
    readRow(facts, table, columns, fields);
  }
}

/// The line at which a complete dump ends: the last thing in it, and that of a cluster where the
/// file begins as one of pg_dumpall.
class EndMark {
 public:
  void look(std::string_view comments) {
    cluster_ = cluster_ || has(comments, "-- PostgreSQL database cluster dump");
    if (has(comments, "-- PostgreSQL database dump complete")) complete_ = !cluster_;
    if (has(comments, "-- PostgreSQL database cluster dump complete")) complete_ = true;
  }
  void goesOn() { complete_ = false; }
  bool complete() const { return complete_; }

 private:
  /// Whether one of the lines is `line`.
  static bool has(std::string_view comments, std::string_view line) {
    const std::size_t at = comments.find(line);
    if (at == std::string_view::npos || (at > 0 && comments[at - 1] != '\n')) return false;
    const std::string_view rest = comments.substr(at + line.size());
    return rest.empty() || rest[0] == '\n' || rest[0] == '\r' || has(comments.substr(at + 1), line);
  }
  bool cluster_ = false;
  bool complete_ = false;
};

}  // namespace

const ColumnFacts* TableFacts::find(const std::string& column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const ColumnFacts& one) { return one.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

const ColumnFacts* Facts::column(const std::string& table, const std::string& name) const {
  std::string at = table;
  for (int hops = 0; hops < 16; ++hops) {
    const auto known = tables.find(at);
    const ColumnFacts* found = known == tables.end() ? nullptr : known->second.find(name);
    if (found != nullptr) return found;
    const auto parent = partitions.find(at);
    if (parent == partitions.end()) break;
    at = parent->second;
  }
  return nullptr;
}

std::string tableKey(const dump::QualifiedName& name) {
  return name.schema.empty() || name.schema == "public" ? name.name : name.key();
}

std::string connectedDatabase(std::string_view command) {
  std::string_view rest =
      command.substr(std::min(command.size(), std::string_view("\\connect").size()));
  while (!rest.empty() && (rest.back() == '\n' || rest.back() == '\r')) rest.remove_suffix(1);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  // -reuse-previous=on "dbname='…'": what pg_dump writes for names with odd letters
  const std::size_t name = rest.find("dbname=");
  if (rest.starts_with("-reuse-previous") && name != std::string_view::npos) {
    rest.remove_prefix(name + 7);
  }
  std::string found;
  for (const char c : rest) {
    if (c != '"' && c != '\'') found += c;
  }
  return found;
}

DumpFacts readFacts(dump::PlainReader& reader, core::Cancellation& cancellation) {
  DumpFacts found;
  found.databases.emplace_back();
  dump::Piece piece;
  std::string table;
  bool statements = false;
  EndMark end;
  while (reader.next(piece)) {
    cancellation.check();
    Facts& facts = found.databases.back();
    if (piece.kind == PieceKind::statement || piece.kind == PieceKind::copy) end.goesOn();
    switch (piece.kind) {
      case PieceKind::space:
        end.look(piece.bytes);
        break;
      case PieceKind::command:
        if (piece.bytes.starts_with("\\connect")) {
          found.databases.emplace_back();
          found.databases.back().database = connectedDatabase(piece.bytes);
        }
        break;
      case PieceKind::statement:
        statements = true;
        if (piece.bytes.starts_with("INSERT INTO ")) {
          readInsert(facts, piece.bytes);
        } else {
          addStatement(facts, piece.bytes);
        }
        break;
      case PieceKind::copy:
        statements = true;
        table = tableKey(reader.head().table);
        facts.with_rows.insert(table);
        break;
      case PieceKind::rows:
        facts.rows_bytes += piece.bytes.size();
        if (!saysSomething(table)) break;
        eachRow(piece.bytes,
                [&](const auto& fields) { readRow(facts, table, reader.head().columns, fields); });
        break;
      case PieceKind::end:
        break;
    }
  }
  if (!statements) {
    throw core::Error(core::Kind::corrupt, "this is no dump: there is no statement in it",
                      "Name a file that pg_dump or pg_dumpall made.");
  }
  found.complete = end.complete();
  found.carriage_returns = reader.sawCarriageReturns();
  found.bytes = reader.bytes();
  return found;
}

}  // namespace sanitize
