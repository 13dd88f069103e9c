#include "lib/migrations/expression.hpp"

#include <algorithm>
#include <optional>

namespace migrations {
namespace {

constexpr int kMostLevels = 200;

bool opens(const Token& token) { return token.is("(") || token.is("[") || token.is("{"); }
bool closes(const Token& token) { return token.is(")") || token.is("]") || token.is("}"); }

class Reader {
 public:
  Reader(std::span<const Token> tokens, const Resolve& resolve)
      : tokens_(tokens), resolve_(resolve) {}

  Expression whole() {
    Expression first = expression();
    if (!now().is(",")) return ended() ? first : other(0);
    Expression tuple{Expression::Kind::list, {}, first.line, {}, {}};
    tuple.items.push_back(std::move(first));
    while (now().is(",")) {
      ++at_;
      if (!ended()) tuple.items.push_back(expression());
    }
    return ended() ? tuple : other(0);
  }

 private:
  bool ended() const { return at_ >= tokens_.size(); }
  const Token& now() const {
    static const Token kEnd;
    return ended() ? kEnd : tokens_[at_];
  }
  bool atDelimiter() const { return ended() || now().is(",") || now().is(":") || closes(now()); }

  Expression other(std::size_t from) const {
    return {Expression::Kind::other, {}, from < tokens_.size() ? tokens_[from].line : 0, {}, {}};
  }

  void skipToDelimiter() {
    int depth = 0;
    while (!ended() && (depth > 0 || !atDelimiter())) {
      depth += opens(now()) ? 1 : closes(now()) ? -1 : 0;
      if (now().isName("lambda") && depth == 0) {
        while (!ended() && !now().is(":")) ++at_;
      }
      ++at_;
    }
    at_ = std::min(at_, tokens_.size());
  }

  Expression expression() {
    const std::size_t first = at_;
    if (++level_ <= kMostLevels) {
      if (std::optional<Expression> value = sum(); value && atDelimiter() && at_ > first) {
        --level_;
        return std::move(*value);
      }
    }
    --level_;
    at_ = first;
    skipToDelimiter();
    return other(first);
  }

  std::optional<Expression> sum() {
    std::optional<Expression> left = operand();
    while (left && now().is("+")) {
      ++at_;
      std::optional<Expression> right = operand();
      if (!right || right->kind != left->kind) return std::nullopt;
      if (left->is(Expression::Kind::text)) {
        left->text += right->text;
      } else if (left->is(Expression::Kind::list)) {
        std::move(right->items.begin(), right->items.end(), std::back_inserter(left->items));
      } else {
        return std::nullopt;
      }
    }
    return left;
  }

  std::optional<Expression> operand() {
    if (ended()) return std::nullopt;
    const Token& token = now();
    if (token.kind == Token::Kind::text) return text();
    if (token.kind == Token::Kind::number) {
      ++at_;
      return Expression{Expression::Kind::number, token.text, token.line, {}, {}};
    }
    if (token.kind == Token::Kind::name) return nameOrCall();
    if (token.is("(")) return parenthesis();
    if (token.is("[")) return list("]");
    if (token.is("{")) return dictionary();
    return std::nullopt;
  }

  std::optional<Expression> text() {
    Expression value{Expression::Kind::text, {}, now().line, {}, {}};
    bool opaque = false;
    for (; now().kind == Token::Kind::text; ++at_) {  // neighbours are one text
      value.text += now().text;
      opaque = opaque || now().opaque;
    }
    if (opaque) return std::nullopt;
    return value;
  }

  std::optional<Expression> nameOrCall() {
    Expression value{Expression::Kind::name, now().text, now().line, {}, {}};
    ++at_;
    while (now().is(".") && at_ + 1 < tokens_.size() &&
           tokens_[at_ + 1].kind == Token::Kind::name) {
      value.text += "." + tokens_[at_ + 1].text;
      at_ += 2;
    }
    if (now().is("(")) {
      value.kind = Expression::Kind::call;
      if (!arguments(value)) return std::nullopt;
      return value;
    }
    const Expression* known = atDelimiter() || now().is("+") ? resolve_(value.text) : nullptr;
    if (known != nullptr) return *known;
    return value;
  }

  /// From the opening bracket behind the closing one.
  bool arguments(Expression& call) {
    ++at_;
    while (!ended() && !now().is(")")) {
      const bool keyword =
          now().kind == Token::Kind::name && at_ + 1 < tokens_.size() && tokens_[at_ + 1].is("=");
      if (keyword) {
        std::string name = now().text;
        at_ += 2;
        call.named.emplace_back(std::move(name), expression());
      } else {
        call.items.push_back(expression());
      }
      if (now().is(",")) {
        ++at_;
      } else if (!now().is(")")) {
        return false;
      }
    }
    ++at_;
    return at_ <= tokens_.size();
  }

  std::optional<Expression> parenthesis() {
    std::optional<Expression> tuple = list(")");
    // One value without a comma is itself, not a tuple.
    if (tuple && tuple->items.size() == 1 && !tokens_[at_ - 2].is(",")) {
      Expression inner = std::move(tuple->items.front());
      return inner;
    }
    return tuple;
  }

  std::optional<Expression> list(std::string_view close) {
    Expression value{Expression::Kind::list, {}, now().line, {}, {}};
    ++at_;
    while (!ended() && !now().is(close)) {
      const bool unpacks = now().is("*");
      if (unpacks) ++at_;
      const std::size_t first = at_;
      Expression item = expression();
      if (generates(first)) return std::nullopt;
      if (unpacks && item.is(Expression::Kind::list)) {
        std::move(item.items.begin(), item.items.end(), std::back_inserter(value.items));
      } else {
        value.items.push_back(unpacks ? other(first) : std::move(item));
      }
      if (now().is(",")) {
        ++at_;
      } else if (!now().is(close)) {
        return std::nullopt;
      }
    }
    ++at_;
    return value;
  }

  /// Whether what was read since `first` is a comprehension: no item.
  bool generates(std::size_t first) const {
    int depth = 0;
    for (std::size_t i = first; i < at_; ++i) {
      depth += opens(tokens_[i]) ? 1 : closes(tokens_[i]) ? -1 : 0;
      if (depth == 0 && tokens_[i].isName("for")) return true;
    }
    return false;
  }

  std::optional<Expression> dictionary() {
    Expression value{Expression::Kind::dictionary, {}, now().line, {}, {}};
    ++at_;
    while (!ended() && !now().is("}")) {
      if (now().is("**")) return std::nullopt;
      const Expression key = expression();
      if (!now().is(":")) return std::nullopt;
      const std::size_t first = ++at_;
      Expression item = expression();
      if (generates(first)) return std::nullopt;
      if (key.is(Expression::Kind::text)) value.named.emplace_back(key.text, std::move(item));
      if (now().is(",")) {
        ++at_;
      } else if (!now().is("}")) {
        return std::nullopt;
      }
    }
    ++at_;
    return value;
  }

  std::span<const Token> tokens_;
  const Resolve& resolve_;
  std::size_t at_ = 0;
  int level_ = 0;
};

}  // namespace

std::string_view Expression::lastName() const {
  const std::string_view all = text;
  const auto dot = all.rfind('.');
  return dot == std::string_view::npos ? all : all.substr(dot + 1);
}

const Expression* Expression::argument(std::string_view name, int position) const {
  for (const auto& [key, value] : named) {
    if (key == name) return &value;
  }
  if (position < 0 || static_cast<std::size_t>(position) >= items.size()) return nullptr;
  return &items[static_cast<std::size_t>(position)];
}

Expression readExpression(std::span<const Token> tokens, const Resolve& resolve) {
  return Reader(tokens, resolve).whole();
}

}  // namespace migrations
