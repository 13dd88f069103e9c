#include "lib/dump/insert.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace dump {
namespace {

[[noreturn]] void refuse(std::string_view statement) {
  throw core::Error(core::Kind::refused,
                    fmt::format("an INSERT that pg_dump does not write: {}",
                                core::printable(statement.substr(0, 60))),
                    "Make the dump with pg_dump.");
}

/// One value from token `at`, which moves behind it.
InsertValue readValue(std::string_view statement, const std::vector<Token>& all, std::size_t& at) {
  InsertValue value;
  value.begin = all[at].begin;
  const Token& token = all[at];
  if (token.is("null")) {
    ++at;
  } else if (token.is("default")) {
    value.fixed = true;
    ++at;
  } else if (token.is("true") || token.is("false")) {
    value.value = token.value;
    ++at;
  } else if (token.is("b") && at + 1 < all.size() && all[at + 1].kind == TokenKind::text) {
    value.value = all[at + 1].value;  // B'0101'
    at += 2;
  } else if (token.kind == TokenKind::text) {
    value.value = token.value;
    ++at;
  } else if (token.kind == TokenKind::number || token.symbol('-') || token.symbol('+')) {
    while (at < all.size() && !all[at].symbol(',') && !all[at].symbol(')')) {
      if (all[at].kind != TokenKind::number && !all[at].symbol('-') && !all[at].symbol('+')) {
        refuse(statement);
      }
      ++at;
    }
    value.value = std::string(statement.substr(value.begin, all[at - 1].end - value.begin));
  } else {
    refuse(statement);
  }
  value.end = all[at - 1].end;
  return value;
}

}  // namespace

Insert parseInsert(std::string_view statement) {
  const std::vector<Token> all = tokens(statement);
  Insert insert;
  if (all.size() < 5 || !all[0].is("insert") || !all[1].is("into")) refuse(statement);
  std::size_t at = 2;
  insert.table = qualifiedName(all, at);
  if (at < all.size() && all[at].symbol('(')) {
    for (++at; at < all.size() && !all[at].symbol(')'); ++at) {
      if (!all[at].symbol(',')) insert.columns.push_back(all[at].value);
    }
    ++at;
  }
  if (at + 2 < all.size() && all[at].is("overriding")) at += 3;  // SYSTEM VALUE
  if (at + 1 < all.size() && all[at].is("default") && all[at + 1].is("values")) return insert;
  if (at >= all.size() || !all[at].is("values")) refuse(statement);
  ++at;
  while (at < all.size() && all[at].symbol('(')) {
    std::vector<InsertValue> row;
    ++at;
    while (at < all.size() && !all[at].symbol(')')) {
      row.push_back(readValue(statement, all, at));
      if (at < all.size() && all[at].symbol(',')) ++at;
    }
    if (at >= all.size()) refuse(statement);
    ++at;
    insert.rows.push_back(std::move(row));
    if (at < all.size() && all[at].symbol(',')) ++at;
  }
  if (at < all.size() && all[at].is("on")) {  // ON CONFLICT DO NOTHING
    while (at < all.size() && all[at].kind == TokenKind::word) ++at;
  }
  if (at >= all.size() || !all[at].symbol(';')) refuse(statement);
  return insert;
}

}  // namespace dump
