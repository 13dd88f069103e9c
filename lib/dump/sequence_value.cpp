#include <charconv>
#include <string_view>

#include "lib/core/text.hpp"
#include "lib/dump/toc.hpp"

namespace dump {
namespace {

/// Takes `word` off the front of `text`; false if it is not there.
bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

/// Takes an SQL string literal with doubled quotes (and E'' with doubled backslashes).
std::optional<std::string> takeLiteral(std::string_view& text) {
  const bool escapes = take(text, "E");
  if (!take(text, "'")) return std::nullopt;
  std::string value;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    const bool special = c == '\'' || (escapes && c == '\\');
    if (special && !text.empty() && text.front() == c) {
      text.remove_prefix(1);
    } else if (c == '\'') {
      return value;
    }
    value += c;
  }
  return std::nullopt;
}

}  // namespace

std::optional<SequenceValue> sequenceValue(const TocEntry& entry) {
  if (entry.description != "SEQUENCE SET") return std::nullopt;
  std::string_view text = core::trim(entry.definition);
  if (!take(text, "SELECT pg_catalog.setval(")) return std::nullopt;
  const auto sequence = takeLiteral(text);
  if (!sequence || !take(text, ", ")) return std::nullopt;
  SequenceValue value{*sequence, 0, false};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value.last_value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (take(text, ", true);")) {
    value.is_called = true;
  } else if (!take(text, ", false);")) {
    return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return value;
}

}  // namespace dump
