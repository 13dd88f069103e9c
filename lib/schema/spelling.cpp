#include "lib/schema/spelling.hpp"

#include <algorithm>

#include "lib/core/text.hpp"

namespace schema {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::string oneBlank(std::string_view text) {
  std::string all;
  for (const char c : text) {
    if (!isBlank(c)) {
      all += c;
    } else if (!all.empty() && all.back() != ' ') {
      all += ' ';
    }
  }
  return std::string(core::trim(all));
}

bool isDigest(std::string_view part) {
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return part.size() == 8 && std::all_of(part.begin(), part.end(), hex) &&
         std::any_of(part.begin(), part.end(), digit);
}

}  // namespace

std::string withoutIndexName(std::string_view definition) {
  const bool unique = definition.starts_with("CREATE UNIQUE INDEX ");
  auto on = definition.find(" ON ");
  // A quoted name may hold " ON " itself.
  const auto quote = definition.find('"');
  if (quote != std::string_view::npos && on != std::string_view::npos && quote < on) {
    on = definition.find("\" ON ", quote);
    if (on != std::string_view::npos) ++on;
  }
  if (on == std::string_view::npos) return std::string(definition);
  return std::string(unique ? "UNIQUE" : "") +
         std::string(definition.substr(on + (unique ? 0 : 1)));
}

std::string plainFunction(std::string_view definition) {
  const auto first = definition.find('$');
  const auto end = first == std::string_view::npos ? first : definition.find('$', first + 1);
  std::string head(definition.substr(0, first));
  if (const auto replaces = head.find("OR REPLACE "); replaces != std::string::npos) {
    head.erase(replaces, 11);
  }
  if (end == std::string_view::npos) {
    std::string all = oneBlank(head);
    while (all.ends_with(';')) all.pop_back();
    return all;
  }
  const std::string_view quote = definition.substr(first, end - first + 1);
  const auto close = definition.rfind(quote);
  const std::string_view body = definition.substr(end + 1, close - end - 1);
  return oneBlank(head) + " $$" + std::string(body) + "$$";
}

std::string withoutHash(std::string_view name) {
  std::vector<std::string> parts = core::split(name, '_');
  for (std::string& part : parts) {
    if (isDigest(part)) part = "#";
  }
  return core::join(parts, "_");
}

std::string uniqueStem(std::string_view name) {
  const std::string plain = withoutHash(name);
  for (const std::string_view end : {"_key", "_#_uniq"}) {
    if (plain.ends_with(end)) return plain.substr(0, plain.size() - end.size());
  }
  return plain;
}

}  // namespace schema
