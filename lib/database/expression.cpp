#include "lib/database/expression.hpp"

#include <array>
#include <cctype>

namespace database {
namespace {

bool isWord(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) != 0 || c == '_' || c == '$' || u >= 0x80;
}

class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql) {}

  std::string read() {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (c == '\'' || c == '"') {
        copyQuoted(c);
      } else if (sql_.substr(at_, 2) == "::") {
        at_ += 2;
        skipType();
      } else if (std::isspace(static_cast<unsigned char>(c)) != 0 || c == '(' || c == ')') {
        gap_ = true;
        ++at_;
      } else {
        add(c);
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  /// One space stays where two words would otherwise become one.
  void add(char c) {
    if (gap_ && !out_.empty() && isWord(out_.back()) && isWord(c)) out_ += ' ';
    gap_ = false;
    out_ += c;
  }

  void copyQuoted(char quote) {
    if (gap_ && !out_.empty() && isWord(out_.back())) out_ += ' ';
    gap_ = false;
    do {
      out_ += sql_[at_++];
    } while (at_ < sql_.size() && sql_[at_] != quote);
    if (at_ < sql_.size()) out_ += sql_[at_++];
  }

  bool take(std::string_view word) {
    if (!sql_.substr(at_).starts_with(word)) return false;
    if (at_ + word.size() < sql_.size() && isWord(sql_[at_ + word.size()])) return false;
    at_ += word.size();
    return true;
  }

  void skipName() {
    if (at_ < sql_.size() && sql_[at_] == '"') {
      for (++at_; at_ < sql_.size() && sql_[at_] != '"';) ++at_;
      if (at_ < sql_.size()) ++at_;
      return;
    }
    while (at_ < sql_.size() && isWord(sql_[at_])) ++at_;
  }

  void skipModifier() {
    if (at_ >= sql_.size() || sql_[at_] != '(') return;
    while (at_ < sql_.size() && sql_[at_] != ')') ++at_;
    if (at_ < sql_.size()) ++at_;
  }

  void skipType() {
    static constexpr std::array kLongNames = {std::string_view("character varying"),
                                              std::string_view("double precision"),
                                              std::string_view("bit varying")};
    bool known = false;
    for (const std::string_view name : kLongNames) known = known || take(name);
    if (!known) skipName();
    if (at_ < sql_.size() && sql_[at_] == '.') {
      ++at_;
      skipName();
    }
    skipModifier();
    if (!take(" with time zone")) take(" without time zone");
    while (sql_.substr(at_, 2) == "[]") at_ += 2;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::string out_;
  bool gap_ = false;
};

}  // namespace

std::string stableExpression(std::string_view sql) { return Reader(sql).read(); }

}  // namespace database
