#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/sanitize/facts.hpp"

namespace sanitize {
namespace {

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

}  // namespace

void addStatement(Facts& facts, std::string_view statement) {
  const bool create = statement.starts_with("CREATE ");
  const bool alter = statement.starts_with("ALTER TABLE") || statement.starts_with("ALTER FOREIGN");
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

}  // namespace sanitize
