#include "lib/core/json.hpp"
#include "lib/database/facts.hpp"

namespace database {
namespace {

using core::Json;

template <typename Value>
Json orNull(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <typename Value>
std::optional<Value> optionalAt(const Json& json, const char* key) {
  const Json& value = json.at(key);
  if (value.is_null()) return std::nullopt;
  return value.get<Value>();
}

std::map<std::string, std::string> words(const Json& json) {
  return json.get<std::map<std::string, std::string>>();
}

Json tablesToJson(const std::vector<TableFacts>& tables) {
  Json list = Json::array();
  for (const TableFacts& table : tables) {
    Json item{{"schema", table.schema},         {"name", table.name},
              {"rows", orNull(table.rows)},     {"bytes", table.bytes},
              {"digest", orNull(table.digest)}, {"columns", table.columns}};
    if (!table.unknown.empty()) item["unknown"] = table.unknown;
    list.push_back(std::move(item));
  }
  return list;
}

TableFacts tableFromJson(const Json& json) {
  return {json.at("schema"),
          json.at("name"),
          optionalAt<std::int64_t>(json, "rows"),
          optionalAt<std::string>(json, "digest"),
          json.value("unknown", ""),
          json.at("bytes"),
          json.value("columns", std::vector<std::string>())};
}

Json sequencesToJson(const std::vector<SequenceFacts>& sequences) {
  Json list = Json::array();
  for (const SequenceFacts& sequence : sequences) {
    list.push_back({{"schema", sequence.schema},
                    {"name", sequence.name},
                    {"last_value", orNull(sequence.last_value)},
                    {"is_called", sequence.is_called}});
  }
  return list;
}

Json extensionsToJson(const std::vector<ExtensionFacts>& extensions) {
  Json list = Json::array();
  for (const ExtensionFacts& extension : extensions) {
    list.push_back(
        {{"name", extension.name}, {"version", extension.version}, {"schema", extension.schema}});
  }
  return list;
}

Json settingsToJson(const DatabaseSettingsFacts& settings) {
  return {{"owner", settings.owner},
          {"encoding", settings.encoding},
          {"provider", settings.provider},
          {"collate", settings.collate},
          {"ctype", settings.ctype},
          {"locale", settings.locale},
          {"collation_version", settings.collation_version},
          {"bytes", settings.bytes}};
}

DatabaseSettingsFacts settingsFromJson(const Json& json) {
  return {json.at("owner"), json.at("encoding"), json.at("provider"),          json.at("collate"),
          json.at("ctype"), json.at("locale"),   json.at("collation_version"), json.at("bytes")};
}

core::Time timeFromJson(const Json& json) {
  const auto time = core::parseUtc(json.get<std::string>());
  if (!time) throw Json::other_error::create(501, "not a time: " + json.dump(), nullptr);
  return *time;
}

}  // namespace

Json toJson(const Identity& identity) {
  return {{"system", identity.system},
          {"server_version", identity.server_version},
          {"server_version_text", identity.server_version_text},
          {"database", identity.database},
          {"oid", identity.oid},
          {"in_recovery", identity.in_recovery},
          {"checksums", identity.checksums}};
}

Identity identityFromJson(const Json& json) {
  return {json.at("system"),
          json.at("server_version"),
          json.at("server_version_text"),
          json.at("database"),
          json.at("oid"),
          json.at("in_recovery"),
          json.at("checksums")};
}

Json toJson(const Facts& facts) {
  Json json{{"identity", toJson(facts.identity)},
            {"settings", settingsToJson(facts.settings)},
            {"taken", core::formatUtc(facts.taken)},
            {"lsn", facts.lsn},
            {"digests", facts.digests},
            {"tables", tablesToJson(facts.tables)},
            {"sequences", sequencesToJson(facts.sequences)},
            {"extensions", extensionsToJson(facts.extensions)},
            {"schema", facts.schema},
            {"rights", facts.rights},
            {"collations", facts.collations},
            {"large_objects", orNull(facts.large_objects)},
            {"large_object_digest", orNull(facts.large_object_digest)}};
  json["migrations"] = nullptr;
  if (facts.migrations) {
    json["migrations"] = {{"count", facts.migrations->count}, {"heads", facts.migrations->heads}};
  }
  return json;
}

Facts factsFromJson(const Json& json) {
  Facts facts;
  facts.identity = identityFromJson(json.at("identity"));
  facts.settings = settingsFromJson(json.at("settings"));
  facts.taken = timeFromJson(json.at("taken"));
  facts.lsn = json.at("lsn");
  facts.digests = json.at("digests");
  for (const Json& item : json.at("tables")) facts.tables.push_back(tableFromJson(item));
  for (const Json& item : json.at("sequences")) {
    facts.sequences.push_back({item.at("schema"), item.at("name"),
                               optionalAt<std::int64_t>(item, "last_value"), item.at("is_called")});
  }
  for (const Json& item : json.at("extensions")) {
    facts.extensions.push_back({item.at("name"), item.at("version"), item.at("schema")});
  }
  facts.schema = words(json.at("schema"));
  facts.rights = words(json.at("rights"));
  facts.collations = words(json.at("collations"));
  facts.large_objects = optionalAt<std::int64_t>(json, "large_objects");
  facts.large_object_digest = optionalAt<std::string>(json, "large_object_digest");
  if (const Json& migrations = json.at("migrations"); !migrations.is_null()) {
    facts.migrations = MigrationFacts{migrations.at("count"), words(migrations.at("heads"))};
  }
  return facts;
}

}  // namespace database
