#include <fmt/format.h>

#include "lib/config/config.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

/// A basic string of TOML 1.0: as JSON, and DEL is escaped too.
std::string inQuotes(const std::string& text) {
  std::string json = core::Json(text).dump(-1, ' ', false, core::Json::error_handler_t::replace);
  for (auto at = json.find('\x7f'); at != std::string::npos; at = json.find('\x7f', at)) {
    json.replace(at, 1, "\\u007F");
  }
  return json;
}

bool bareKey(const std::string& key) {
  constexpr std::string_view kBare =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return !key.empty() && key.find_first_not_of(kBare) == std::string::npos;
}

std::string withoutWord(const std::string& origin) {
  constexpr std::string_view kWord = "discovered: ";
  return origin.starts_with(kWord) ? origin.substr(kWord.size()) : origin;
}

/// "[instance.netbox.database.admin]" for the key "database.admin.host".
std::string headOf(const std::string& name, const std::string& table) {
  const std::string first = table.substr(0, table.find('.'));
  if (first == "service" || first == "probe" || first == "check" || first == "host" ||
      first == "downtime" || first == "node" || first == "balancer") {
    return "[[instance." + name + "." + first + "]]";
  }
  return "[instance." + name + (table.empty() ? "" : "." + table) + "]";
}

std::string writeInstance(const Instance& instance, const Origins& origins) {
  std::string text;
  std::string table = "-";
  std::string said;
  for (const Entry& entry : entries(instance)) {
    const auto dot = entry.key.rfind('.');
    const std::string own = dot == std::string::npos ? "" : entry.key.substr(0, dot);
    if (own != table) {
      text += "\n" + headOf(instance.name, own) + "\n";
      table = own;
      said.clear();
    }
    const auto origin = origins.find("instance." + instance.name + "." + entry.key);
    const std::string from = origin == origins.end() ? "" : withoutWord(origin->second);
    if (!from.empty() && from != said) text += "# " + core::printable(from) + "\n";
    said = from;
    const std::string key = dot == std::string::npos ? entry.key : entry.key.substr(dot + 1);
    text += key + " = " + tomlValue(entry.value) + "\n";
  }
  return text;
}

}  // namespace

std::string tomlValue(const core::Json& value) {
  if (value.is_string()) return inQuotes(value.get<std::string>());
  if (!value.is_structured()) return value.dump();
  std::vector<std::string> parts;
  for (const auto& [key, item] : value.items()) {
    parts.push_back(value.is_array()
                        ? tomlValue(item)
                        : (bareKey(key) ? key : inQuotes(key)) + " = " + tomlValue(item));
  }
  if (value.is_array()) return "[" + core::join(parts, ", ") + "]";
  return parts.empty() ? "{}" : "{ " + core::join(parts, ", ") + " }";
}

std::string write(const std::vector<Instance>& instances, const Origins& origins,
                  const std::vector<std::string>& head, const std::vector<std::string>& tail) {
  const auto comments = [](const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line.empty() ? "#\n" : "# " + line + "\n";
    return text;
  };
  std::string text = comments(head) + "format = 1\n";
  for (const Instance& instance : instances) text += writeInstance(instance, origins);
  if (!tail.empty()) text += "\n" + comments(tail);
  return text;
}

}  // namespace config
