#include "lib/sanitize/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/core/error.hpp"
#include "lib/dump/copy_text.hpp"

namespace sanitize {
namespace {

using dump::PieceKind;
using dump::Token;
using dump::TokenKind;

constexpr std::array kHiddenBackslash{"SJIS", "SHIFT_JIS_2004", "BIG5", "GBK", "GB18030",
                                      "UHC",  "JOHAB"};

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

void setting(Facts& facts, const std::vector<Token>& all) {
  if (all.size() < 4) return;
  const std::string& value = all[3].value;
  if (all[1].is("client_encoding")) {
    facts.encoding = value;
    std::transform(facts.encoding.begin(), facts.encoding.end(), facts.encoding.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    for (const char* hidden : kHiddenBackslash) {
      if (facts.encoding != hidden) continue;
      throw core::Error(
          core::Kind::refused,
          fmt::format("the dump is in {}, where half a character may look like a backslash",
                      facts.encoding),
          "Make the dump with: pg_dump -E UTF8");
    }
  }
  if (all[1].is("standard_conforming_strings") && value == "off") {
    throw core::Error(core::Kind::refused, "the dump has standard_conforming_strings = off",
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

void readRows(Facts& facts, const std::string& table, const dump::CopyHead& head,
              std::string_view rows) {
  const auto at = [&](std::string_view column) { return position(head.columns, column); };
  const auto field = [](const std::vector<std::string_view>& fields, int index) {
    return index >= 0 && static_cast<std::size_t>(index) < fields.size()
               ? fields[static_cast<std::size_t>(index)]
               : std::string_view();
  };
  if (table == "django_content_type") {
    const int id = at("id");
    const int app = at("app_label");
    const int model = at("model");
    eachRow(rows, [&](const auto& fields) {
      facts.object_types[std::string(field(fields, id))] =
          fmt::format("{}_{}", field(fields, app), field(fields, model));
    });
  } else if (table == "users_user" || table == "auth_user") {
    const int id = at("id");
    const int super = at("is_superuser");
    eachRow(rows, [&](const auto& fields) {
      if (facts.administrator.empty() && field(fields, super) == "t") {
        facts.administrator = field(fields, id);
      }
    });
  } else if (table == "django_migrations") {
    const int app = at("app");
    const int name = at("name");
    eachRow(rows, [&](const auto& fields) {
      if (field(fields, app) == "dcim") {
        facts.last_migration =
            std::max(facts.last_migration, fmt::format("dcim {}", field(fields, name)));
      }
    });
  }
}

}  // namespace

const ColumnFacts* TableFacts::find(const std::string& column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const ColumnFacts& one) { return one.name == column; });
  return found == columns.end() ? nullptr : &*found;
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
    const std::vector<Token> head =
        dump::tokens(statement.substr(0, std::min(statement.find('('), statement.find(" VALUES"))));
    std::size_t at = 2;
    facts.with_rows.insert(tableKey(dump::qualifiedName(head, at)));
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
  while (reader.next(piece)) {
    cancellation.check();
    Facts& facts = found.databases.back();
    switch (piece.kind) {
      case PieceKind::space:
        if (piece.bytes.find(" dump complete\n") != std::string_view::npos) found.complete = true;
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
        if (table.starts_with("django_") || table.ends_with("_user")) {
          readRows(facts, table, reader.head(), piece.bytes);
        }
        break;
      case PieceKind::end:
        break;
    }
  }
  if (!statements) {
    throw core::Error(core::Kind::corrupt, "this is no dump: there is no statement in it",
                      "Name a file that pg_dump or pg_dumpall made.");
  }
  found.carriage_returns = reader.sawCarriageReturns();
  found.bytes = reader.bytes();
  return found;
}

}  // namespace sanitize
