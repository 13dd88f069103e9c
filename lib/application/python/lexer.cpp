#include "lib/application/python/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/application/python/text_literal.hpp"
#include "lib/core/error.hpp"

namespace application::python {
namespace {

bool startsName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool inName(char c) { return startsName(c) || isDigit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : rest_(source) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }

  std::vector<Token> run() {
    while (!rest_.empty()) step();
    if (!brackets_.empty()) fail(brackets_.back().line, "a bracket without its end");
    endLine();
    return std::move(tokens_);
  }

 private:
  struct Bracket {
    char open;
    unsigned line;
  };

  [[noreturn]] static void fail(unsigned line, const std::string& what) {
    throw core::Error(core::Kind::corrupt, fmt::format("line {} is not Python: {}", line, what));
  }

  char peek(std::size_t at = 0) const { return at < rest_.size() ? rest_[at] : '\0'; }

  void add(Token::Kind kind, std::string text, unsigned line, bool opaque = false) {
    tokens_.push_back({kind, std::move(text), line, opaque, indent_});
    at_line_start_ = false;
  }

  void endLine() {
    if (tokens_.empty() || tokens_.back().kind == Token::Kind::end_of_line) return;
    add(Token::Kind::end_of_line, "", line_);
  }

  void newLine() {
    ++line_;
    if (!brackets_.empty()) return;
    endLine();
    at_line_start_ = true;
    indent_ = 0;
  }

  void step() {
    const char c = peek();
    if (c == '\n' || c == '\r') {
      rest_.remove_prefix(c == '\r' && peek(1) == '\n' ? 2 : 1);
      newLine();
    } else if (c == ' ' || c == '\t' || c == '\f') {
      if (at_line_start_ && brackets_.empty()) indent(c);
      rest_.remove_prefix(1);
    } else if (c == '#') {
      rest_.remove_prefix(std::min(rest_.find_first_of("\r\n"), rest_.size()));
    } else if (c == '\\' && (peek(1) == '\n' || peek(1) == '\r')) {
      rest_.remove_prefix(peek(1) == '\r' && peek(2) == '\n' ? 3 : 2);
      ++line_;
    } else if (startsName(c)) {
      nameOrText();
    } else if (c == '"' || c == '\'') {
      text("");
    } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      number();
    } else {
      symbol();
    }
  }

  void indent(char c) { indent_ = c == '\f' ? 0 : c == '\t' ? (indent_ / 8 + 1) * 8 : indent_ + 1; }

  void nameOrText() {
    std::size_t length = 1;
    while (inName(peek(length))) ++length;
    const std::string name(rest_.substr(0, length));
    const char next = peek(length);
    if ((next == '"' || next == '\'') && isTextPrefix(name)) {
      rest_.remove_prefix(length);
      text(name);
      return;
    }
    rest_.remove_prefix(length);
    add(Token::Kind::name, name, line_);
  }

  void text(const std::string& prefix) {
    const unsigned first = line_;
    const auto literal = readTextLiteral(rest_, prefix);
    if (!literal) fail(first, "a text without its end");
    rest_.remove_prefix(literal->length);
    line_ += literal->lines;
    add(Token::Kind::text, literal->value, first, literal->opaque);
  }

  void number() {
    std::size_t length = 1;
    while (inName(peek(length)) || peek(length) == '.' ||
           ((peek(length) == '+' || peek(length) == '-') && peek(0) != '0' &&
            (peek(length - 1) == 'e' || peek(length - 1) == 'E'))) {
      ++length;
    }
    add(Token::Kind::number, std::string(rest_.substr(0, length)), line_);
    rest_.remove_prefix(length);
  }

  void symbol() {
    static constexpr std::array<std::string_view, 24> kLong{
        "**=", "//=", ">>=", "<<=", "...", "==", "!=", "<=", ">=", "->", ":=", "+=",
        "-=",  "*=",  "/=",  "%=",  "@=",  "&=", "|=", "^=", "**", "//", "<<", ">>"};
    std::string_view found = rest_.substr(0, 1);
    for (const std::string_view one : kLong) {
      if (rest_.starts_with(one)) {
        found = one;
        break;
      }
    }
    if (found == ";" && brackets_.empty()) {
      rest_.remove_prefix(1);
      endLine();
      return;
    }
    bracket(found[0]);
    add(Token::Kind::symbol, std::string(found), line_);
    rest_.remove_prefix(found.size());
  }

  void bracket(char c) {
    if (c == '(' || c == '[' || c == '{') brackets_.push_back({c, line_});
    if (c != ')' && c != ']' && c != '}') return;
    const char open = c == ')' ? '(' : c == ']' ? '[' : '{';
    if (brackets_.empty() || brackets_.back().open != open) fail(line_, "a bracket too many");
    brackets_.pop_back();
  }

  std::string_view rest_;
  unsigned line_ = 1;
  bool at_line_start_ = true;
  unsigned indent_ = 0;
  std::vector<Bracket> brackets_;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source) { return Lexer(source).run(); }

}  // namespace application::python
