#include "lib/schema/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"

namespace schema {
namespace {

constexpr int kFormat = 1;

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

std::string Object::inWords() const {
  return table.empty() ? fmt::format("{} {}", kind, name)
                       : fmt::format("{} {} of {}", kind, name, table);
}

const std::string& Object::fact(const std::string& which) const {
  static const std::string kNone;
  const auto found = facts.find(which);
  return found == facts.end() ? kNone : found->second;
}

const Object* Schema::find(const std::string& kind, const std::string& table,
                           const std::string& name) const {
  const auto found = std::find_if(objects.begin(), objects.end(), [&](const Object& one) {
    return one.kind == kind && one.table == table && one.name == name;
  });
  return found == objects.end() ? nullptr : &*found;
}

std::size_t Schema::count(const std::string& kind) const {
  return static_cast<std::size_t>(std::count_if(
      objects.begin(), objects.end(), [&](const Object& one) { return one.kind == kind; }));
}

core::Json toJson(const Schema& schema) {
  core::Json objects = core::Json::array();
  for (const Object& one : schema.objects) {
    objects.push_back(
        {{"kind", one.kind}, {"table", one.table}, {"name", one.name}, {"facts", one.facts}});
  }
  return {{"sotctl", "schema"},    {"format", kFormat},
          {"from", schema.from},   {"server_version", schema.server_version},
          {"kinds", schema.kinds}, {"objects", std::move(objects)}};
}

Schema fromJson(const core::Json& json, const std::string& name) {
  try {
    if (json.at("sotctl") != "schema") {
      throw core::Error(core::Kind::corrupt, name + " is no snapshot of a schema");
    }
    if (json.at("format") > kFormat) {
      throw core::Error(core::Kind::undetermined,
                        fmt::format("{} has format {}, this program knows {}", name,
                                    json.at("format").get<int>(), kFormat),
                        "A later version of sotctl wrote it.");
    }
    Schema schema;
    schema.from = "snapshot " + name + " of " + json.at("from").get<std::string>();
    json.at("server_version").get_to(schema.server_version);
    json.at("kinds").get_to(schema.kinds);
    for (const auto& one : json.at("objects")) {
      schema.objects.push_back({one.at("kind"), one.at("table"), one.at("name"),
                                one.at("facts").get<std::map<std::string, std::string>>()});
    }
    return schema;
  } catch (const core::Json::exception& error) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("{} is no snapshot of a schema: {}", name, error.what()));
  }
}

std::vector<std::string> sequencesBehind(const Schema& schema) {
  std::vector<std::string> all;
  for (const Object& one : schema.objects) {
    if (one.kind != "sequence") continue;
    const auto last = number(one.fact("last"));
    const auto largest = number(one.fact("largest"));
    const auto step = number(one.fact("increment")).value_or(1);
    if (!largest || last.value_or(0) + step > *largest) continue;
    all.push_back(fmt::format("{} stands at {}, and {} goes up to {}", one.name,
                              last ? std::to_string(*last) : "its beginning", one.fact("owner"),
                              *largest));
  }
  return all;
}

std::vector<std::string> collationsChanged(const Schema& schema) {
  std::vector<std::string> all;
  for (const Object& one : schema.objects) {
    const std::string& version = one.fact("version");
    const std::string& actual = one.fact("actual_version");
    if (actual.empty() || version.empty() || version == actual) continue;
    all.push_back(
        fmt::format("{}: made with version {}, the server has {}: indexes over text may "
                    "be wrong",
                    one.inWords(), version, actual));
  }
  return all;
}

}  // namespace schema
