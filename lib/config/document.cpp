#include "lib/config/document.hpp"

#include <fmt/format.h>

#include <sstream>

#include "lib/config/toml_json.hpp"
#include "lib/core/error.hpp"

namespace config {

core::Json toJson(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    core::Json result = core::Json::object();
    for (const auto& [key, value] : *table) result[std::string(key.str())] = toJson(value);
    return result;
  }
  if (const auto* array = node.as_array()) {
    core::Json result = core::Json::array();
    for (const toml::node& value : *array) result.push_back(toJson(value));
    return result;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  std::ostringstream text;
  node.visit([&](const auto& value) {
    if constexpr (toml::is_value<decltype(value)>) text << value.get();
  });
  return text.str();
}

core::Json readDocument(const std::string& text, const std::string& file) {
  try {
    return toJson(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    throw core::Error(core::Kind::configuration,
                      fmt::format("{}:{}:{}: {}", file, error.source().begin.line,
                                  error.source().begin.column, error.description()),
                      "Correct that line; `sotctl sanitize rules check FILE` reads it again.");
  }
}

}  // namespace config
