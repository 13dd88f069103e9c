#include "lib/dump/statement.hpp"

#include <algorithm>
#include <cstring>

namespace dump {
namespace {

bool wordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool wordByte(char c) { return wordStart(c) || (c >= '0' && c <= '9') || c == '$'; }

bool same(std::string_view word, std::string_view keyword) {
  return word.size() == keyword.size() &&
         std::equal(word.begin(), word.end(), keyword.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

/// Length of "$tag$" at the text's beginning; 0 if there is none, npos if the text is too short.
std::size_t dollarTag(std::string_view text) {
  std::size_t at = 1;
  while (at < text.size() && text[at] != '$') {
    if (!(at == 1 ? wordStart(text[at]) : wordByte(text[at]))) return 0;
    ++at;
  }
  return at == text.size() ? StatementLexer::npos : at + 1;
}

}  // namespace

/// Moves behind the next `quote`; false if there is none.
bool StatementLexer::skipTo(std::string_view text, char quote) {
  const auto* found =
      static_cast<const char*>(std::memchr(text.data() + at_, quote, text.size() - at_));
  if (found == nullptr) {
    at_ = text.size();
    return false;
  }
  at_ = static_cast<std::size_t>(found - text.data()) + 1;
  return true;
}

/// Moves behind the line's end. psql takes a carriage return for one.
bool StatementLexer::skipComment(std::string_view text) {
  const std::size_t end = text.find_first_of("\r\n", at_);
  at_ = end == std::string_view::npos ? text.size() : end + 1;
  return end != std::string_view::npos;
}

void StatementLexer::word(std::string_view word) {
  ++words_;
  if (words_ == 1) create_ = same(word, "create");
  if (create_ && words_ <= 4 && (same(word, "function") || same(word, "procedure"))) {
    routine_ = true;
  }
  if (!routine_ || depth_ > 0) return;
  if (same(word, "begin")) {
    ++begin_depth_;
  } else if (same(word, "case") && begin_depth_ > 0) {
    ++begin_depth_;
  } else if (same(word, "end") && begin_depth_ > 0) {
    --begin_depth_;
  }
}

/// One step outside of everything. False if more text is needed to decide.
bool StatementLexer::plainByte(std::string_view text) {
  const char c = text[at_];
  const bool space = c == ' ' || (c >= '\t' && c <= '\r') || c == '-' || c == '/' || c == '\'';
  if (!space) after_escape_text_ = false;
  if (wordStart(c)) {
    std::size_t end = at_ + 1;
    while (end < text.size() && wordByte(text[end])) ++end;
    if (end == text.size()) return false;
    const std::string_view found = text.substr(at_, end - at_);
    at_ = end;
    if (text[end] == '\'' && same(found, "e")) {
      state_ = State::escape_text;
      ++at_;
      return true;
    }
    word(found);
    return true;
  }
  const bool two = c == '-' || c == '/';
  if (two && wait(text, 2)) return false;
  if (c == '$') {
    const std::size_t tag = dollarTag(text.substr(at_));
    if (tag == npos) return false;
    if (tag > 0) {
      tag_ = text.substr(at_, tag);
      state_ = State::dollar;
      at_ += tag;
      return true;
    }
  }
  if (c == '\'') state_ = after_escape_text_ ? State::escape_text : State::text;
  if (c == '\\') saw_command_ = true;
  if (c == '"') state_ = State::name;
  if (c == '(') ++depth_;
  if (c == ')' && depth_ > 0) --depth_;
  if (c == '-' && text[at_ + 1] == '-') state_ = State::line_comment;
  if (c == '/' && text[at_ + 1] == '*') {
    state_ = State::block_comment;
    block_depth_ = 1;
    ++at_;
  }
  if (c >= '0' && c <= '9') {  // a number never begins a word: 1e5
    while (at_ + 1 < text.size() && wordByte(text[at_ + 1])) ++at_;
  }
  ++at_;
  return true;
}

std::size_t StatementLexer::find(std::string_view text) {
  while (at_ < text.size()) {
    switch (state_) {
      case State::plain:
        if (text[at_] == ';' && depth_ == 0 && begin_depth_ == 0) {
          const std::size_t end = at_ + 1;
          const bool saw_command = saw_command_;
          *this = StatementLexer();
          saw_command_ = saw_command;
          return end;
        }
        if (!plainByte(text)) return npos;
        break;
      case State::text:  // '' closes and opens again
        if (skipTo(text, '\'')) state_ = State::plain;
        break;
      case State::name:
        if (skipTo(text, '"')) state_ = State::plain;
        break;
      case State::escape_text:
        if (text[at_] == '\\') {
          if (wait(text, 2)) return npos;
          ++at_;
        } else if (text[at_] == '\'') {
          if (wait(text, 2)) return npos;
          if (text[at_ + 1] == '\'') {
            ++at_;
          } else {
            state_ = State::plain;
            after_escape_text_ = true;
          }
        }
        ++at_;
        break;
      case State::dollar: {
        const std::size_t end = text.find(tag_, at_);
        if (end == std::string_view::npos) {
          at_ = std::max(at_, text.size() - std::min(text.size(), tag_.size()));
          return npos;
        }
        at_ = end + tag_.size();
        state_ = State::plain;
        break;
      }
      case State::line_comment:
        if (skipComment(text)) state_ = State::plain;
        break;
      case State::block_comment:
        if (wait(text, 2)) return npos;
        if (text[at_] == '*' && text[at_ + 1] == '/') {
          ++at_;
          if (--block_depth_ == 0) state_ = State::plain;
        } else if (text[at_] == '/' && text[at_ + 1] == '*') {
          ++at_;
          ++block_depth_;
        }
        ++at_;
        break;
    }
  }
  return npos;
}

const char* StatementLexer::open() const {
  switch (state_) {
    case State::plain:
      return depth_ > 0 ? "a parenthesis" : begin_depth_ > 0 ? "a BEGIN" : "";
    case State::text:
    case State::escape_text:
      return "a string";
    case State::name:
      return "a quoted name";
    case State::dollar:
      return "a dollar quote";
    case State::line_comment:
    case State::block_comment:
      return "a comment";
  }
  return "";
}

std::size_t skipSpace(std::string_view text, std::size_t at, bool& unfinished) {
  unfinished = false;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      ++at;
    } else if (c == '-' && at + 1 < text.size() && text[at + 1] == '-') {
      const std::size_t feed = text.find_first_of("\r\n", at);  // as psql does
      if (feed == std::string_view::npos) {
        unfinished = true;
        return at;
      }
      at = feed + 1;
    } else if (c == '/' && at + 1 < text.size() && text[at + 1] == '*') {
      int depth = 1;
      std::size_t inside = at + 2;
      while (depth > 0) {
        if (inside + 1 >= text.size()) {
          unfinished = true;
          return at;
        }
        if (text[inside] == '*' && text[inside + 1] == '/') {
          --depth;
          inside += 2;
        } else if (text[inside] == '/' && text[inside + 1] == '*') {
          ++depth;
          inside += 2;
        } else {
          ++inside;
        }
      }
      at = inside;
    } else {
      unfinished = (c == '-' || c == '/') && at + 1 == text.size();
      return at;
    }
  }
  return at;
}

}  // namespace dump
