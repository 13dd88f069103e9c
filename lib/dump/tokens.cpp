#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/statement.hpp"

namespace dump {
namespace {

[[noreturn]] void noEnd(std::string_view statement, const char* what) {
  throw core::Error(core::Kind::corrupt, fmt::format("a statement ends inside {}: {}", what,
                                                     core::printable(statement.substr(0, 60))));
}

bool wordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool digit(char c) { return c >= '0' && c <= '9'; }

/// What stands between quotes from `at` (the first quote); a doubled quote is one.
std::string quoted(std::string_view statement, std::size_t& at, char quote, bool escapes) {
  std::string value;
  for (++at; at < statement.size(); ++at) {
    if (escapes && statement[at] == '\\' && at + 1 < statement.size()) {
      const char c = statement[++at];
      value += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    } else if (statement[at] != quote) {
      value += statement[at];
    } else if (at + 1 < statement.size() && statement[at + 1] == quote) {
      value += quote;
      ++at;
    } else {
      ++at;
      return value;
    }
  }
  noEnd(statement, quote == '"' ? "a quoted name" : "a string");
}

/// "$tag$text$tag$" from `at`; nothing is changed if no dollar quote begins there.
bool dollarQuoted(std::string_view statement, std::size_t& at, std::string& value) {
  std::size_t end = at + 1;
  while (end < statement.size() && statement[end] != '$' && wordByte(statement[end])) ++end;
  if (end >= statement.size() || statement[end] != '$' || digit(statement[at + 1])) return false;
  const std::string_view tag = statement.substr(at, end + 1 - at);
  const std::size_t close = statement.find(tag, end + 1);
  if (close == std::string_view::npos) noEnd(statement, "a dollar quote");
  value = statement.substr(end + 1, close - end - 1);
  at = close + tag.size();
  return true;
}

Token next(std::string_view statement, std::size_t& at) {
  Token token;
  token.begin = at;
  const char c = statement[at];
  const bool escapes =
      (c == 'E' || c == 'e') && at + 1 < statement.size() && statement[at + 1] == '\'';
  if (escapes) ++at;
  if (statement[at] == '\'') {
    token.kind = TokenKind::text;
    token.value = quoted(statement, at, '\'', escapes);
  } else if (c == '"') {
    token.kind = TokenKind::name;
    token.value = quoted(statement, at, '"', false);
  } else if (c == '$' && dollarQuoted(statement, at, token.value)) {
    token.kind = TokenKind::text;
  } else if (digit(c)) {
    token.kind = TokenKind::number;
    while (at < statement.size() && (wordByte(statement[at]) || statement[at] == '.')) ++at;
    token.value = statement.substr(token.begin, at - token.begin);
  } else if (wordByte(c) && c != '$') {
    token.kind = TokenKind::word;
    while (at < statement.size() && wordByte(statement[at])) ++at;
    token.value = statement.substr(token.begin, at - token.begin);
    std::transform(token.value.begin(), token.value.end(), token.value.begin(),
                   [](char b) { return b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b; });
  } else {
    token.value = std::string(1, c);
    ++at;
  }
  token.end = at;
  return token;
}

}  // namespace

std::vector<Token> tokens(std::string_view statement) {
  std::vector<Token> found;
  std::size_t at = 0;
  while (true) {
    bool unfinished = false;
    at = skipSpace(statement, at, unfinished);
    if (unfinished && statement.substr(at).size() > 1) {
      if (statement.substr(at).starts_with("--")) return found;
      noEnd(statement, "a comment");
    }
    if (at >= statement.size()) return found;
    found.push_back(next(statement, at));
  }
}

QualifiedName qualifiedName(const std::vector<Token>& tokens, std::size_t& at) {
  const auto part = [&]() -> const std::string& {
    if (at >= tokens.size() ||
        (tokens[at].kind != TokenKind::word && tokens[at].kind != TokenKind::name)) {
      throw core::Error(core::Kind::corrupt, "a statement has no name where one belongs");
    }
    return tokens[at++].value;
  };
  QualifiedName name;
  name.name = part();
  if (at < tokens.size() && tokens[at].symbol('.')) {
    ++at;
    name.schema = name.name;
    name.name = part();
  }
  return name;
}

}  // namespace dump
