#include "lib/sanitize/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/copy_text.hpp"
#include "lib/dump/insert.hpp"

namespace sanitize {
namespace {

using dump::PieceKind;
using dump::Token;
using dump::TokenKind;

// Encodings in which each byte under 0x80 is what it looks like; those that only clients may use
// (SJIS, BIG5, GBK, GB18030, UHC, JOHAB, by any of their names) are not. Without "-" and "_".
// Source: "Character Set Support" in the manual of PostgreSQL 15.
constexpr std::array kReadable{"UTF8",   "SQLASCII", "LATIN", "ISO8859", "WIN12", "WINDOWS12",
                               "WIN866", "WIN874",   "KOI8",  "EUC",     "MULE"};

void addWords(Facts& facts, std::string_view name) {
  std::string word;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) {
      word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    } else if (!word.empty()) {
      facts.words.insert(word);
      word.clear();
    }
  }
  if (!word.empty()) facts.words.insert(word);
}

bool endsType(const Token& token) {
  static const std::set<std::string> kWords{"not",        "null",      "default", "collate",
                                            "constraint", "check",     "primary", "unique",
                                            "references", "generated", "options"};
  return (token.kind == TokenKind::word && kWords.count(token.value) != 0) || token.symbol(',') ||
         token.symbol(')');
}

/// Moves behind the parenthesis that opens at `at`.
void skipGroup(const std::vector<Token>& all, std::size_t& at) {
  int depth = 0;
  while (at < all.size()) {
    if (all[at].symbol('(')) ++depth;
    if (all[at].symbol(')') && --depth == 0) {
      ++at;
      return;
    }
    ++at;
  }
}

ColumnFacts readColumn(const std::vector<Token>& all, std::size_t& at) {
  ColumnFacts column;
  column.name = all[at++].value;
  for (; at < all.size() && !endsType(all[at]); ++at) {
    const Token& token = all[at];
    if (token.symbol('(')) {
      if (at + 1 < all.size() && all[at + 1].kind == TokenKind::number) {
        column.length = std::atoi(all[at + 1].value.c_str());
      }
      skipGroup(all, at);
      --at;
    } else if (token.symbol('[')) {
      column.type += "[]";
    } else if (!token.symbol(']')) {
      const bool attached = column.type.empty() || token.symbol('.') || column.type.ends_with('.');
      column.type += (attached ? "" : " ") + token.value;
    }
  }
  for (; at < all.size() && !all[at].symbol(',') && !all[at].symbol(')');) {
    if (all[at].is("not") && at + 1 < all.size() && all[at + 1].is("null")) column.not_null = true;
    if (all[at].is("generated") && at + 1 < all.size() && all[at + 1].is("always")) {
      column.generated = true;
    }
    if (all[at].symbol('(')) {
      skipGroup(all, at);
    } else {
      ++at;
    }
  }
  return column;
}

void createTable(Facts& facts, const std::vector<Token>& all, std::size_t at) {
  if (at + 2 < all.size() && all[at].is("if")) at += 3;
  const std::string table = tableKey(dump::qualifiedName(all, at));
  addWords(facts, table);
  TableFacts& known = facts.tables[table];
  while (at < all.size() && !all[at].symbol('(') && !all[at].symbol(';')) ++at;
  if (at >= all.size() || all[at].symbol(';')) return;
  for (++at; at < all.size() && !all[at].symbol(')');) {
    if (all[at].symbol(',')) {
      ++at;
    } else if (all[at].is("constraint") || all[at].is("check") || all[at].is("exclude") ||
               all[at].is("primary") || all[at].is("unique") || all[at].is("foreign") ||
               all[at].is("like")) {
      while (at < all.size() && !all[at].symbol(',') && !all[at].symbol(')')) {
        if (all[at].symbol('(')) {
          skipGroup(all, at);
        } else {
          ++at;
        }
      }
    } else {
      known.columns.push_back(readColumn(all, at));
      addWords(facts, known.columns.back().name);
    }
  }
  for (; at + 1 < all.size(); ++at) {  // INHERITS (parent): its columns and rules count
    if (!all[at].is("inherits")) continue;
    std::size_t name = at + 2;
    facts.partitions[table] = tableKey(dump::qualifiedName(all, name));
  }
}

std::vector<std::string> nameList(const std::vector<Token>& all, std::size_t& at) {
  std::vector<std::string> names;
  if (at >= all.size() || !all[at].symbol('(')) return names;
  for (++at; at < all.size() && !all[at].symbol(')'); ++at) {
    if (!all[at].symbol(',')) names.push_back(all[at].value);
  }
  ++at;
  return names;
}

void alterTable(Facts& facts, const std::vector<Token>& all, std::size_t at) {
  while (at < all.size() && (all[at].is("only") || all[at].is("if") || all[at].is("exists"))) ++at;
  const std::string table = tableKey(dump::qualifiedName(all, at));
  for (; at + 1 < all.size(); ++at) {
    if (all[at].is("foreign") && all[at + 1].is("key")) {
      at += 2;
      ForeignKey key{table, nameList(all, at), {}};
      if (at < all.size() && all[at].is("references")) {
        ++at;
        key.parent = tableKey(dump::qualifiedName(all, at));
        facts.foreign_keys.push_back(std::move(key));
      }
      return;
    }
    if (all[at].is("attach") && all[at + 1].is("partition")) {
      at += 2;
      facts.partitions[tableKey(dump::qualifiedName(all, at))] = table;
      return;
    }
  }
}

/// The encoding's name without what may be written in several ways.
std::string encodingNamed(const std::string& value) {
  std::string name;
  for (const char c : value) {
    if (c != '-' && c != '_') name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  return name == "UNICODE" ? "UTF8" : name;
}

void requireReadable(const std::string& encoding) {
  if (std::any_of(kReadable.begin(), kReadable.end(),
                  [&](const char* known) { return encoding.starts_with(known); })) {
    return;
  }
  throw core::Error(
      core::Kind::refused,
      fmt::format("the dump is in {}, where half a character may look like a backslash",
                  core::printable(encoding)),
      "Make the dump with: pg_dump -E UTF8");
}

/// SET [LOCAL | SESSION] parameter {= | TO} value, and SET NAMES value.
void setting(Facts& facts, const std::vector<Token>& all) {
  const std::size_t name = all[1].is("local") || all[1].is("session") ? 2 : 1;
  if (name + 1 >= all.size()) return;
  const bool names = all[name].is("names");
  const std::size_t at = name + (names ? 1 : 2);
  if (at >= all.size()) return;
  if (names || all[name].is("client_encoding")) {
    facts.encoding = encodingNamed(all[at].value);
    requireReadable(facts.encoding);
  }
  if (all[name].value == "standard_conforming_strings" && all[at].value != "on") {
    throw core::Error(
        core::Kind::refused,
        "the dump has standard_conforming_strings = " + core::printable(all[at].value),
        "Make the dump from a server with the usual setting (on).");
  }
}

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

void addStatement(Facts& facts, std::string_view statement) {
  const bool create = statement.starts_with("CREATE ");
  const bool alter = statement.starts_with("ALTER TABLE") || statement.starts_with("ALTER FOREIGN");
  const bool insert = statement.starts_with("INSERT INTO ");
  if (insert) {
    readInsert(facts, statement);
    return;
  }
  if (!create && !alter && !statement.starts_with("SET ")) return;
  if (create && statement.find("TABLE") == std::string_view::npos) return;
  const std::vector<Token> all = dump::tokens(statement);
  if (all.size() < 3) return;
  if (all[0].is("set")) {
    setting(facts, all);
    return;
  }
  std::size_t at = 1;
  while (at < all.size() && (all[at].is("unlogged") || all[at].is("foreign"))) ++at;
  if (at + 1 >= all.size() || !all[at].is("table")) return;
  if (create) {
    createTable(facts, all, at + 1);
  } else {
    alterTable(facts, all, at + 1);
  }
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
        addStatement(facts, piece.bytes);
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
