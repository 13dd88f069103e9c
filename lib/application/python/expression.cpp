#include "lib/application/python/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace application::python {
namespace {

bool opens(const Token& token) { return token.is("(") || token.is("[") || token.is("{"); }
bool closes(const Token& token) { return token.is(")") || token.is("]") || token.is("}"); }

Value numberValue(std::string text) {
  std::erase(text, '_');
  int base = 10;
  std::size_t from = 0;
  if (text.size() > 2 && text[0] == '0') {
    const char kind = static_cast<char>(text[1] | 0x20);
    base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;
    from = base == 10 ? 0 : 2;
  }
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  const auto read = std::from_chars(text.data() + from, end, integer, base);
  if (read.ec == std::errc() && read.ptr == end) return Value::ofInteger(integer);
  const bool whole = text.find_first_not_of("0123456789") == std::string::npos;
  double fraction = 0;
  const auto real = std::from_chars(text.data(), end, fraction);
  if (base != 10 || whole || real.ec != std::errc() || real.ptr != end) {
    return Value::unknown("is the number " + text);
  }
  Value value;
  value.kind = Value::Kind::fraction;
  value.fraction = fraction;
  return value;
}

/// Why an expression is not known: the variables that it asks the environment for, else its line.
std::string reasonFor(std::span<const Token> tokens) {
  std::string variables;
  bool environment = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool asks = tokens[i].isName("environ") || tokens[i].isName("getenv");
    if (!asks) continue;
    environment = true;
    // environ.get("X"), environ["X"], getenv("X"): the first text that follows is the variable.
    for (std::size_t next = i + 1; next < std::min(i + 5, tokens.size()); ++next) {
      if (tokens[next].kind != Token::Kind::text) continue;
      variables += (variables.empty() ? "" : ", ") + tokens[next].text;
      break;
    }
  }
  if (environment) {
    return variables.empty() ? "depends on the environment"
                             : "depends on the environment (" + variables + ")";
  }
  return tokens.empty() ? "is empty" : fmt::format("is worked out in line {}", tokens[0].line);
}

class Parser {
 public:
  Parser(std::span<const Token> tokens, const Names& names) : tokens_(tokens), names_(names) {}

  Value whole() {
    const std::size_t first = at_;
    Value value = expression();
    if (at_ == tokens_.size()) return value;
    if (!now().is(",")) return Value::unknown(reasonFor(tokens_.subspan(first)));
    Value tuple = Value::list();  // a tuple without its parentheses
    tuple.items.push_back(std::move(value));
    while (at_ < tokens_.size() && now().is(",")) {
      ++at_;
      if (at_ < tokens_.size()) tuple.items.push_back(expression());
    }
    return at_ == tokens_.size() ? tuple : Value::unknown(reasonFor(tokens_.subspan(first)));
  }

 private:
  const Token& now() const {
    static const Token kEnd;
    return at_ < tokens_.size() ? tokens_[at_] : kEnd;
  }

  /// Whether an expression may end here.
  bool atDelimiter() const {
    return at_ >= tokens_.size() || now().is(",") || now().is(":") || closes(now());
  }

  void skipToDelimiter() {
    int depth = 0;
    while (at_ < tokens_.size() && (depth > 0 || !atDelimiter())) {
      depth += opens(now()) ? 1 : closes(now()) ? -1 : 0;
      if (now().isName("lambda") && depth == 0) {
        while (at_ < tokens_.size() && !now().is(":")) ++at_;
      }
      ++at_;
    }
    at_ = std::min(at_, tokens_.size());
  }

  Value expression() {
    const std::size_t first = at_;
    Value value = sum();
    if (atDelimiter() && at_ > first) return value;
    at_ = first;
    skipToDelimiter();
    return Value::unknown(reasonFor(tokens_.subspan(first, at_ - first)));
  }

  Value sum() {
    const std::size_t first = at_;
    Value left = primary();
    while (now().is("+")) {
      ++at_;
      const Value right = primary();
      if (left.isText() && right.isText()) {
        left.text += right.text;
      } else if (left.kind == Value::Kind::list && right.kind == Value::Kind::list) {
        left.items.insert(left.items.end(), right.items.begin(), right.items.end());
      } else {
        left = Value::unknown(reasonFor(tokens_.subspan(first, at_ - first)));
      }
    }
    return left;
  }

  Value primary() {
    const Token& token = now();
    if (at_ >= tokens_.size()) return Value::unknown("is empty");
    switch (token.kind) {
      case Token::Kind::text:
        return texts();
      case Token::Kind::number:
        ++at_;
        return numberValue(token.text);
      case Token::Kind::name:
        return name();
      case Token::Kind::symbol:
        if (token.is("-")) return negative();
        if (token.is("(")) return parenthesis();
        if (token.is("[")) return sequence("]");
        if (token.is("{")) return braces();
        break;
      case Token::Kind::end_of_line:
        break;
    }
    return Value::unknown(reasonFor(tokens_.subspan(at_)));
  }

  Value texts() {
    Value value = Value::ofText("");
    const std::size_t first = at_;
    bool opaque = false;
    while (now().kind == Token::Kind::text) {  // neighbours are one text
      value.text += now().text;
      opaque = opaque || now().opaque;
      ++at_;
    }
    if (opaque) return Value::unknown(reasonFor(tokens_.subspan(first, at_ - first)));
    return value;
  }

  Value name() {
    const Token token = now();
    ++at_;
    if (token.text == "True" || token.text == "False") {
      return Value::ofBoolean(token.text == "True");
    }
    if (token.text == "None") return Value::none();
    const auto found = names_.find(token.text);
    // A call, attribute or index follows: not this name's value.
    const bool more = now().is("(") || now().is(".") || now().is("[");
    if (found != names_.end() && !more) return found->second;
    return Value::unknown(fmt::format("is worked out in line {}", token.line));
  }

  Value negative() {
    ++at_;
    Value value = primary();
    value.integer = -value.integer;
    value.fraction = -value.fraction;
    const bool number = value.kind == Value::Kind::integer || value.kind == Value::Kind::fraction;
    return number ? value : Value::unknown(reasonFor(tokens_.subspan(at_ - 1)));
  }

  Value parenthesis() {
    const std::size_t first = at_;
    Value tuple = sequence(")");
    // One value without a comma is itself, not a tuple.
    const bool comma = at_ >= 2 && tokens_[at_ - 2].is(",");
    if (tuple.kind == Value::Kind::list && tuple.items.size() == 1 && !comma && at_ > first + 2) {
      return tuple.items.front();
    }
    return tuple;
  }

  /// From an opening bracket behind its closing one; unknown for what is no plain list.
  Value sequence(std::string_view close) {
    const std::size_t first = at_++;
    Value list = Value::list();
    bool plain = true;
    while (at_ < tokens_.size() && !now().is(close)) {
      const std::size_t start = at_;
      list.items.push_back(expression());
      plain = plain && !generates(start, at_);
      if (now().is(",")) {
        ++at_;
      } else if (!now().is(close)) {
        plain = false;
        if (closes(now())) break;
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, tokens_.size());
    return plain ? list : Value::unknown(reasonFor(tokens_.subspan(first, at_ - first)));
  }

  /// Whether the part is a comprehension or unpacks something: then it is not one item.
  bool generates(std::size_t first, std::size_t end) const {
    if (first < end && (tokens_[first].is("*") || tokens_[first].is("**"))) return true;
    int depth = 0;
    for (std::size_t i = first; i < end; ++i) {
      depth += opens(tokens_[i]) ? 1 : closes(tokens_[i]) ? -1 : 0;
      if (depth == 0 && tokens_[i].isName("for")) return true;
    }
    return false;
  }

  Value braces() {
    const std::size_t first = at_++;
    Value dictionary = Value::dictionary();
    bool plain = true;
    while (at_ < tokens_.size() && !now().is("}")) {
      plain = entry(dictionary) && plain;
      if (now().is(",")) {
        ++at_;
      } else if (!now().is("}")) {
        plain = false;
        if (closes(now())) break;
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, tokens_.size());
    return plain ? dictionary : Value::unknown(reasonFor(tokens_.subspan(first, at_ - first)));
  }

  /// One "key: value" or "**other"; false for anything else (a set, a comprehension).
  bool entry(Value& dictionary) {
    if (now().is("**")) {
      ++at_;
      const Value other = expression();
      if (other.kind != Value::Kind::dictionary) return false;
      dictionary.entries.insert(dictionary.entries.end(), other.entries.begin(),
                                other.entries.end());
      return true;
    }
    Value key = expression();
    if (!now().is(":") || !key.known()) return false;
    const std::size_t start = ++at_;
    Value value = expression();
    if (generates(start, at_)) return false;
    dictionary.entries.emplace_back(std::move(key), std::move(value));
    return true;
  }

  std::span<const Token> tokens_;
  const Names& names_;
  std::size_t at_ = 0;
};

}  // namespace

Value evaluate(std::span<const Token> tokens, const Names& names) {
  return Parser(tokens, names).whole();
}

}  // namespace application::python
