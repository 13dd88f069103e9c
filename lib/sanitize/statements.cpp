#include "lib/sanitize/statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/copy_text.hpp"
#include "lib/dump/statement.hpp"

namespace sanitize {
namespace {

using dump::Token;
using dump::TokenKind;

/// Parameters of SET, ALTER ROLE … SET and ALTER DATABASE … SET that name nobody.
const std::set<std::string> kPlainSettings{"timezone",
                                           "datestyle",
                                           "intervalstyle",
                                           "search_path",
                                           "lock_timeout",
                                           "work_mem",
                                           "statement_timeout",
                                           "default_transaction_isolation",
                                           "jit",
                                           "bytea_output",
                                           "idle_in_transaction_session_timeout",
                                           "row_security",
                                           "synchronous_commit",
                                           "default_transaction_read_only"};

// What pg_dump and pg_dumpall of PostgreSQL 9.6 to 18 begin statements with, but for those that
// are looked at one by one.
constexpr std::array kBelong{"CREATE ",
                             "ALTER ",
                             "GRANT ",
                             "REVOKE ",
                             "SET ",
                             "DROP ",
                             "BEGIN;",
                             "COMMIT;",
                             "COMMENT ",
                             "SECURITY LABEL ",
                             "REFRESH MATERIALIZED VIEW ",
                             "INSERT INTO ",
                             "RESET ",
                             "START TRANSACTION;"};
constexpr std::array kCalls{"set_config",
                            "setval",
                            "lo_create",
                            "lo_open",
                            "lowrite",
                            "lo_close",
                            "lo_unlink",
                            "pg_restore_relation_stats",
                            "pg_restore_attribute_stats",
                            "pg_restore_extended_stats",
                            "pg_clear_attribute_stats",
                            "binary_upgrade_set_next_pg_type_oid"};

/// The function that "SELECT pg_catalog.NAME(" or "SELECT * FROM pg_catalog.NAME(" calls.
std::string calledFunction(std::string_view statement) {
  const std::size_t at = statement.find("pg_catalog.");
  const std::size_t open = statement.find('(');
  if (at == std::string_view::npos || open == std::string_view::npos || at > open) return {};
  const std::string_view before = statement.substr(0, at);
  if (before != "SELECT " && before != "SELECT * FROM ") return {};
  return std::string(statement.substr(at + 11, open - at - 11));
}

/// A call with literals only: nothing hides in its arguments.
bool literalsOnly(std::string_view statement) {
  const std::vector<Token> all = dump::tokens(statement);
  int opened = 0;
  for (const Token& token : all) opened += token.symbol('(') ? 1 : 0;
  return opened == 1 && std::count_if(all.begin(), all.end(),
                                      [](const Token& token) { return token.symbol(';'); }) == 1;
}

bool setsSearchPath(std::string_view statement) {
  for (const Token& token : dump::tokens(statement)) {
    if (token.kind == TokenKind::text) return token.value == "search_path";
  }
  return false;
}

bool mentions(const std::vector<Token>& all, std::string_view word) {
  return std::any_of(all.begin(), all.end(), [&](const Token& token) { return token.is(word); });
}

}  // namespace

std::string statementKind(std::string_view statement) {
  std::string kind;
  for (const std::string& word : core::split(statement.substr(0, 60), ' ')) {
    if (word.empty() || word.find_first_of("\"'(.;\n") != std::string::npos || word[0] < 'A' ||
        word[0] > 'Z' || std::count(kind.begin(), kind.end(), ' ') == 2) {
      break;
    }
    kind += (kind.empty() ? "" : " ") + word;
  }
  return kind.empty() ? "a statement" : kind;
}

std::string Statements::note(const std::string& what, std::string kept) {
  ++notes_[what];
  return kept;
}

std::string Statements::rewrite(std::string_view statement, const Plan& plan) {
  const auto begins = [&](std::string_view with) { return statement.starts_with(with); };
  if (begins("SELECT ")) {
    const std::string name = calledFunction(statement);
    if (std::find(kCalls.begin(), kCalls.end(), name) == kCalls.end() || !literalsOnly(statement)) {
      throw core::Error(core::Kind::refused,
                        fmt::format("a SELECT that belongs in no dump: {}",
                                    core::printable(statement.substr(0, 80))),
                        "Look at it: whoever restores the file would run it.");
    }
    if (name == "set_config" && !setsSearchPath(statement)) {
      throw core::Error(core::Kind::refused,
                        fmt::format("a setting that pg_dump does not set: {}",
                                    core::printable(statement.substr(0, 80))),
                        "Look at it: it may change how the rest of the file is read.");
    }
    if (name.ends_with("_stats")) return note("statistics hold values of columns: left out");
    if (name.starts_with("lo") && !options_.keep_large_objects) {
      return note("statements of large objects: left out");
    }
    return std::string(statement);
  }
  if (begins("ALTER SYSTEM") || std::none_of(kBelong.begin(), kBelong.end(), begins)) {
    throw core::Error(core::Kind::refused,
                      fmt::format("a statement that belongs in no dump: {}",
                                  core::printable(statement.substr(0, 80))),
                      "Look at it: whoever restores the file would run it.");
  }
  if (begins("COMMENT ON ")) {
    if (options_.keep_comments || begins("COMMENT ON EXTENSION ")) return std::string(statement);
    return note("comments: left out");
  }
  if (begins("SECURITY LABEL ")) return note("security labels: left out");
  if ((begins("ALTER LARGE OBJECT ") ||
       statement.find(" ON LARGE OBJECT ") != std::string_view::npos) &&
      !options_.keep_large_objects) {
    return note("statements of large objects: left out");
  }
  if (begins("CREATE SUBSCRIPTION ") || begins("ALTER SUBSCRIPTION ")) {
    return note("subscriptions hold passwords and would fetch rows: left out");
  }
  if (begins("CREATE USER MAPPING ") || begins("ALTER USER MAPPING ")) {
    return note("user mappings hold passwords: left out");
  }
  if (begins("CREATE SERVER ") || begins("ALTER SERVER ") ||
      begins("CREATE FOREIGN DATA WRAPPER ") || begins("CREATE FOREIGN TABLE ")) {
    return withoutOptions(statement, "options of foreign servers and tables: left out");
  }
  if (begins("CREATE ROLE ") || begins("ALTER ROLE ") || begins("CREATE USER ") ||
      begins("ALTER USER ") || begins("ALTER DATABASE ")) {
    return role(statement);
  }
  if (begins("CREATE TABLE ") || begins("CREATE UNLOGGED TABLE ")) {
    return createTable(statement, plan);
  }
  return std::string(statement);
}

std::string Statements::role(std::string_view statement) {
  const std::vector<Token> all = dump::tokens(statement);
  for (std::size_t at = 0; at + 1 < all.size(); ++at) {
    if (all[at].is("password") && all[at + 1].kind == TokenKind::text) {
      return note("passwords of roles: taken out",
                  std::string(statement.substr(0, all[at + 1].begin)) + "NULL" +
                      std::string(statement.substr(all[at + 1].end)));
    }
    if (at > 1 && all[at].is("set") && all[at + 1].kind != TokenKind::symbol) {
      std::string parameter = all[at + 1].value;
      std::transform(parameter.begin(), parameter.end(), parameter.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      const bool tablespace = parameter == "tablespace";
      if (kPlainSettings.count(parameter) == 0 && !tablespace) {
        return note("settings of roles and databases: left out");
      }
    }
  }
  return std::string(statement);
}

std::string Statements::withoutOptions(std::string_view statement, const std::string& what) {
  const std::vector<Token> all = dump::tokens(statement);
  if (!mentions(all, "options")) return std::string(statement);
  std::string kept;
  std::size_t from = 0;
  for (std::size_t at = 0; at + 1 < all.size(); ++at) {
    if (!all[at].is("options") || !all[at + 1].symbol('(')) continue;
    kept.append(statement.substr(from, all[at].begin - from));
    while (at < all.size() && !all[at].symbol(')')) ++at;
    from = at < all.size() ? all[at].end : statement.size();
  }
  kept.append(statement.substr(from));
  return note(what, std::move(kept));
}

/// A text as default of a column is a value of that column.
std::string Statements::createTable(std::string_view statement, const Plan& plan) {
  if (statement.find(" DEFAULT ") == std::string_view::npos) return std::string(statement);
  const std::vector<Token> all = dump::tokens(statement);
  std::size_t at = 0;
  while (at < all.size() && !all[at].is("table")) ++at;
  ++at;
  const std::string table = tableKey(dump::qualifiedName(all, at));
  const auto facts = plan.facts().tables.find(table);
  std::string kept;
  std::size_t from = 0;
  std::string column;
  int depth = 0;
  for (; at + 1 < all.size(); ++at) {
    if (all[at].symbol('(') && ++depth == 1) column = all[at + 1].value;
    if (all[at].symbol(')')) --depth;
    if (depth == 1 && all[at].symbol(',')) column = all[at + 1].value;
    const Token& value = all[at + 1];
    if (!all[at].is("default") || value.kind != TokenKind::text ||
        facts == plan.facts().tables.end())
      continue;
    const ColumnFacts* known = facts->second.find(column);
    const auto rule =
        known == nullptr ? std::nullopt : plan.rules().find(table, column, known->type);
    if (!rule || rule->treatment.action == Action::keep || value.value.empty() ||
        value.value == "{}" || value.value == "[]") {
      continue;
    }
    std::string replaced;
    if (rule->treatment.action == Action::pseudonym) {
      pseudonyms_.apply(rule->treatment.format, value.value, replaced);
    } else if (columnType(known->type) != ColumnType::text) {
      replaced = "{}";
    }
    kept.append(statement.substr(from, value.begin - from));
    dump::encodeLiteral(replaced, kept);
    from = value.end;
    ++notes_["defaults of sensitive columns: treated as their values"];
  }
  kept.append(statement.substr(from));
  return kept;
}

}  // namespace sanitize
