#include "lib/schema/statements.hpp"

#include <algorithm>

#include "lib/core/text.hpp"

namespace schema {
namespace {

bool inTag(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// "$tag$" at the front; empty if there is none.
std::string_view dollarQuote(std::string_view text) {
  std::size_t at = 1;
  while (at < text.size() && inTag(text[at])) ++at;
  return at < text.size() && text[at] == '$' ? text.substr(0, at + 1) : std::string_view();
}

}  // namespace

void Statements::end() {
  const std::string_view whole = core::trim(current_);
  if (!whole.empty()) take_(whole);
  current_.clear();
}

void Statements::line(std::string_view text) {
  if (in_ == In::nothing && current_.empty() && text.starts_with("\\")) return;  // psql's own
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const std::string_view rest = text.substr(at);
    switch (in_) {
      case In::nothing:
        if (rest.starts_with("--")) {
          at = text.size();
          continue;
        }
        if (rest.starts_with("/*")) {
          in_ = In::comment;
          ++at;
          continue;
        }
        if (c == ';') {
          end();
          continue;
        }
        if (c == '\'') in_ = In::text;
        if (c == '"') in_ = In::name;
        if (c == '$' && (at == 0 || !inTag(text[at - 1]))) {
          const std::string_view quote = dollarQuote(rest);
          if (!quote.empty()) {
            dollar_ = quote;
            in_ = In::dollar;
            current_ += quote;
            at += quote.size() - 1;
            continue;
          }
        }
        if (current_.empty() && (c == ' ' || c == '\t' || c == '\r')) continue;
        break;
      case In::text:
        if (c == '\'') in_ = In::nothing;
        break;
      case In::name:
        if (c == '"') in_ = In::nothing;
        break;
      case In::dollar:
        if (rest.starts_with(dollar_)) {
          current_ += dollar_;
          at += dollar_.size() - 1;
          in_ = In::nothing;
          continue;
        }
        break;
      case In::comment:
        if (rest.starts_with("*/")) {
          in_ = In::nothing;
          ++at;
        }
        continue;
    }
    current_ += c;
  }
  if (!current_.empty()) current_ += '\n';
}

}  // namespace schema
