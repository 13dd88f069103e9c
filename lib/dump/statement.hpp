#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dump {

/// Finds the end of one SQL statement in text that comes in pieces: the `;` outside of strings,
/// quoted names, dollar quotes, comments, parentheses and BEGIN ATOMIC bodies. Backslashes escape
/// in E'…' only: pg_dump sets standard_conforming_strings.
/// Source of the rules: src/fe_utils/psqlscan.l of PostgreSQL 15.
class StatementLexer {
 public:
  /// Looks at `text` from where the last call ended (the caller keeps the text and appends to it).
  /// Gives the position after the `;`, or npos if the statement goes on.
  std::size_t find(std::string_view text);
  /// What is open at the end of the text, for messages: "a string"; "" at the top level.
  const char* open() const;
  /// Whether there was a backslash outside of strings and names: psql would take what follows for a
  /// command of its own, in the middle of a statement.
  bool sawCommand() const { return saw_command_; }
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

 private:
  enum class State { plain, text, escape_text, name, dollar, line_comment, block_comment };
  bool wait(std::string_view text, std::size_t needed) const { return at_ + needed > text.size(); }
  bool plainByte(std::string_view text);
  void word(std::string_view word);
  bool skipTo(std::string_view text, char quote);
  bool skipComment(std::string_view text);

  State state_ = State::plain;
  std::size_t at_ = 0;
  int depth_ = 0;        // parentheses
  int block_depth_ = 0;  // nested comments
  int begin_depth_ = 0;  // BEGIN … END in a body without quotes
  int words_ = 0;        // words so far
  bool create_ = false;  // CREATE [OR REPLACE] FUNCTION or PROCEDURE
  bool routine_ = false;
  bool after_escape_text_ = false;  // only white space since E'…': another '…' belongs to it
  bool saw_command_ = false;
  std::string tag_;  // of the dollar quote: "$fn$"
};

/// Skips white space and comments from `at`. Gives the position of what follows; the text's size
/// if nothing does. `unfinished` says that a comment is cut by the text's end.
std::size_t skipSpace(std::string_view text, std::size_t at, bool& unfinished);

enum class TokenKind { word, name, text, number, symbol };

/// One token of a statement. `value` is decoded: a word in lower case, a quoted name and a string
/// without their quotes.
struct Token {
  TokenKind kind = TokenKind::symbol;
  std::string value;
  std::size_t begin = 0;  // in the statement
  std::size_t end = 0;
  /// A word without quotes, as SQL keywords are.
  bool is(std::string_view keyword) const { return kind == TokenKind::word && value == keyword; }
  bool symbol(char c) const {
    return kind == TokenKind::symbol && value.size() == 1 && value[0] == c;
  }
};

/// The tokens of a statement without comments. Errors: corrupt for a quote without an end.
std::vector<Token> tokens(std::string_view statement);

/// A name that may have a schema, from token `at`, which moves behind it: {"public", "dcim_site"};
/// the schema is empty if none is given. Errors: corrupt.
struct QualifiedName {
  std::string schema;
  std::string name;
  /// "public.dcim_site", unquoted: a key, not SQL.
  std::string key() const { return schema.empty() ? name : schema + "." + name; }
};
QualifiedName qualifiedName(const std::vector<Token>& tokens, std::size_t& at);

}  // namespace dump
