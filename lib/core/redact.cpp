#include "lib/core/redact.hpp"

#include <algorithm>
#include <array>

namespace core {
namespace {

constexpr std::string_view kStars = "***";

bool isWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string lower(std::string_view text) {
  std::string all(text);
  for (char& c : all) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return all;
}

/// The text from `from` on that is a value: quoted, or up to a space, comma, bracket or ampersand.
std::size_t valueEnd(std::string_view text, std::size_t from) {
  if (from < text.size() && (text[from] == '"' || text[from] == '\'')) {
    const auto end = text.find(text[from], from + 1);
    return end == std::string_view::npos ? text.size() : end + 1;
  }
  return std::min(text.find_first_of(" \t,;)}]&\"'", from), text.size());
}

/// Past quotes, spaces and one "=" or ":" behind a name; npos if there is neither.
std::size_t valueStart(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '"' || text[at] == '\'' || text[at] == ' ')) ++at;
  if (at >= text.size() || (text[at] != '=' && text[at] != ':')) return std::string_view::npos;
  ++at;
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

void hideNamed(std::string& text) {
  constexpr std::array<std::string_view, 8> kNames{"password", "passwd", "secret",        "token",
                                                   "api_key",  "apikey", "authorization", "cookie"};
  for (const std::string_view name : kNames) {
    std::size_t from = 0;
    for (;;) {
      const auto found = lower(text).find(name, from);
      if (found == std::string::npos) break;
      auto end = found + name.size();
      while (end < text.size() && isWord(text[end])) ++end;  // SECRET_KEY, token_id
      from = end;
      auto start = valueStart(text, end);
      if (start == std::string_view::npos) continue;
      // "Authorization: Token 0123": the scheme stays, its value goes.
      for (const std::string_view scheme : {"token ", "bearer ", "basic "}) {
        if (lower(std::string_view(text).substr(start)).starts_with(scheme)) start += scheme.size();
      }
      const auto stop = valueEnd(text, start);
      if (stop > start) text.replace(start, stop - start, kStars);
      from = start;
    }
  }
}

void hideInAddresses(std::string& text) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const auto end = std::min(text.find_first_of(" \t\"'<>)/", at + 3), text.size());
    const auto sign = text.rfind('@', end);
    const auto colon = text.find(':', at + 3);
    if (sign == std::string::npos || sign < at || colon == std::string::npos || colon > sign) {
      continue;
    }
    text.replace(colon + 1, sign - colon - 1, kStars);
  }
}

}  // namespace

std::string redacted(std::string_view line, const std::vector<Secret>& known) {
  std::string text(line);
  for (const Secret& secret : known) {
    constexpr std::size_t kShortest = 4;  // shorter ones would hide half of every line
    if (secret.reveal().size() < kShortest) continue;
    for (auto at = text.find(secret.reveal()); at != std::string::npos;
         at = text.find(secret.reveal(), at + kStars.size())) {
      text.replace(at, secret.reveal().size(), kStars);
    }
  }
  hideInAddresses(text);
  hideNamed(text);
  return text;
}

}  // namespace core
