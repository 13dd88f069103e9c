#include "lib/dump/table_text.hpp"

#include <algorithm>

namespace dump {
namespace {

/// An SQL identifier at the front of `text`, which is moved behind it; nothing if there is none.
std::optional<std::string> takeName(std::string_view& text) {
  std::string name;
  if (text.starts_with("\"")) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] != '"') {
        name += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        name += text[i++];
      } else {
        text.remove_prefix(i + 1);
        return name;
      }
    }
    return std::nullopt;
  }
  const auto end = std::min(text.find_first_of(" .,();"), text.size());
  if (end == 0) return std::nullopt;
  name = text.substr(0, end);
  text.remove_prefix(end);
  return name;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

/// "schema.table" or "table".
bool takeTable(std::string_view& text, CopyStatement& statement) {
  auto first = takeName(text);
  if (!first) return false;
  if (!take(text, ".")) {
    statement.table = std::move(*first);
    return true;
  }
  auto second = takeName(text);
  if (!second) return false;
  statement.schema = std::move(*first);
  statement.table = std::move(*second);
  return true;
}

int digit(char c, int base) {
  const int value = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : 99;
  return value < base ? value : -1;
}

/// One escape at text[at], which is the backslash; gives the bytes used.
std::size_t unescape(std::string_view text, std::size_t at, std::string& to) {
  if (at + 1 >= text.size()) {
    to += '\\';
    return 1;
  }
  const char c = text[at + 1];
  constexpr std::string_view kLetters = "bfnrtv";
  constexpr std::string_view kMeaning = "\b\f\n\r\t\v";
  if (const auto simple = kLetters.find(c); simple != std::string_view::npos) {
    to += kMeaning[simple];
    return 2;
  }
  const int base = c == 'x' ? 16 : 8;
  std::size_t from = c == 'x' ? 2 : 1;
  const std::size_t most = c == 'x' ? 2 : 3;
  int value = 0;
  std::size_t count = 0;
  while (count < most && at + from < text.size() && digit(text[at + from], base) >= 0) {
    value = value * base + digit(text[at + from], base);
    ++from;
    ++count;
  }
  if (count == 0) {
    to += c;
    return 2;
  }
  to += static_cast<char>(value);
  return from;
}

}  // namespace

std::optional<CopyStatement> readCopyStatement(std::string_view line) {
  CopyStatement statement;
  if (!take(line, "COPY ") || !takeTable(line, statement)) return std::nullopt;
  if (take(line, " (")) {
    do {
      auto column = takeName(line);
      if (!column) return std::nullopt;
      statement.columns.push_back(std::move(*column));
    } while (take(line, ", "));
    if (!take(line, ")")) return std::nullopt;
  }
  if (!take(line, " FROM stdin;")) return std::nullopt;
  return statement;
}

std::vector<std::optional<std::string>> copyFields(std::string_view row) {
  std::vector<std::optional<std::string>> fields;
  while (true) {
    const auto tab = row.find('\t');
    const std::string_view raw = row.substr(0, tab);
    if (raw == "\\N") {
      fields.emplace_back(std::nullopt);
    } else {
      std::string value;
      for (std::size_t at = 0; at < raw.size();) {
        if (raw[at] == '\\') {
          at += unescape(raw, at, value);
        } else {
          value += raw[at++];
        }
      }
      fields.emplace_back(std::move(value));
    }
    if (tab == std::string_view::npos) return fields;
    row.remove_prefix(tab + 1);
  }
}

std::optional<std::vector<std::optional<std::string>>> insertedValues(std::string_view line,
                                                                      std::string_view table) {
  CopyStatement into;
  if (!take(line, "INSERT INTO ") || !takeTable(line, into) || into.table != table) {
    return std::nullopt;
  }
  const auto values = line.find("VALUES (");
  if (values == std::string_view::npos) return std::nullopt;
  line.remove_prefix(values + 8);
  std::vector<std::optional<std::string>> fields;
  while (!line.empty()) {
    if (take(line, "'")) {
      std::string value;
      while (!line.empty() && (line[0] != '\'' || line.starts_with("''"))) {
        const std::size_t used = line[0] == '\'' ? 2 : 1;
        value += line[0];
        line.remove_prefix(used);
      }
      if (!take(line, "'")) return std::nullopt;
      fields.emplace_back(std::move(value));
    } else {
      const auto end = std::min(line.find_first_of(",)"), line.size());
      const std::string_view word = line.substr(0, end);
      fields.push_back(word == "NULL" ? std::nullopt : std::optional<std::string>(word));
      line.remove_prefix(end);
    }
    if (take(line, ")")) return fields;
    if (!take(line, ", ") && !take(line, ",")) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> LineReader::next() {
  std::string line;
  while (true) {
    if (rest_.empty()) {
      const std::size_t got = ended_ ? 0 : source_.read(block_);
      if (got == 0) {
        const bool last = !ended_ && !line.empty();
        ended_ = true;
        return last ? std::optional<std::string>(std::move(line)) : std::nullopt;
      }
      rest_ = std::string_view(block_.data(), got);
    }
    const auto feed = rest_.find('\n');
    const std::string_view part = rest_.substr(0, feed);
    if (line.size() < most_) line += part.substr(0, most_ - line.size());
    if (feed == std::string_view::npos) {
      rest_ = {};
      continue;
    }
    rest_.remove_prefix(feed + 1);
    return line;
  }
}

}  // namespace dump
