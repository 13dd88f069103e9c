#include "lib/backup/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"

namespace backup {
namespace {

using core::Json;

constexpr int kFormat = 1;

std::int64_t milliseconds(core::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

core::Duration durationAt(const Json& json, const char* key) {
  return std::chrono::milliseconds(json.at(key).get<std::int64_t>());
}

Json filesToJson(const std::vector<FileEntry>& files) {
  Json list = Json::array();
  for (const FileEntry& file : files) {
    list.push_back({{"path", file.path}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  return list;
}

Json partToJson(const Part& part) {
  Json roots = Json::array();
  for (const Part::Root& root : part.roots) {
    roots.push_back({{"name", root.name}, {"path", root.path}});
  }
  return {{"name", part.name},
          {"archive", part.archive},
          {"roots", std::move(roots)},
          {"files", part.files},
          {"bytes", part.bytes},
          {"undetermined", part.undetermined},
          {"left_out", part.left_out},
          {"left_out_count", part.left_out_count},
          {"changed_meanwhile", part.changed},
          {"changed_meanwhile_count", part.changed_count}};
}

Part partFromJson(const Json& json) {
  Part part;
  part.name = json.at("name");
  part.archive = json.at("archive");
  for (const Json& root : json.at("roots")) {
    part.roots.push_back({root.at("name"), root.at("path")});
  }
  part.files = json.at("files");
  part.bytes = json.at("bytes");
  part.undetermined = json.at("undetermined");
  part.left_out = json.at("left_out").get<std::vector<std::string>>();
  part.left_out_count = json.at("left_out_count");
  part.changed = json.at("changed_meanwhile").get<std::vector<std::string>>();
  part.changed_count = json.at("changed_meanwhile_count");
  return part;
}

Manifest manifestFromJson(const Json& json) {
  Manifest manifest;
  manifest.set = json.at("set");
  manifest.instance = json.at("instance");
  manifest.product = json.at("product");
  manifest.environment = json.at("environment");
  manifest.product_version = json.at("product_version");
  manifest.description = json.at("description");
  manifest.version = json.at("sotctl");
  manifest.host = json.at("host");
  manifest.person = json.at("person");
  manifest.dumper = json.at("pg_dump");
  manifest.started = core::parseUtc(json.at("started").get<std::string>()).value_or(core::Time{});
  const Json& durations = json.at("durations_ms");
  manifest.dumping = durationAt(durations, "dumping");
  manifest.measuring = durationAt(durations, "measuring");
  manifest.total = durationAt(durations, "total");
  for (const Json& file : json.at("files")) {
    manifest.files.push_back({file.at("path"), file.at("bytes"), file.at("sha256")});
  }
  for (const Json& part : json.value("parts", Json::array())) {
    manifest.parts.push_back(partFromJson(part));
  }
  manifest.secret_key = json.value("secret_key_sha256", std::string());
  manifest.database = database::factsFromJson(json.at("database"));
  return manifest;
}

std::string sealOf(const Json& document) { return core::sha256(document.dump()); }

}  // namespace

std::uint64_t Manifest::bytes() const {
  std::uint64_t sum = 0;
  for (const FileEntry& entry : files) sum += entry.bytes;
  return sum;
}

const FileEntry* Manifest::file(const std::string& path) const {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const FileEntry& entry) { return entry.path == path; });
  return found == files.end() ? nullptr : &*found;
}

const Part* Manifest::part(const std::string& wanted) const {
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&](const Part& each) { return each.name == wanted; });
  return found == parts.end() ? nullptr : &*found;
}

std::string writeManifest(const Manifest& manifest) {
  Json document{{"format", kFormat},
                {"set", manifest.set},
                {"instance", manifest.instance},
                {"product", manifest.product},
                {"environment", manifest.environment},
                {"product_version", manifest.product_version},
                {"description", manifest.description},
                {"sotctl", manifest.version},
                {"host", manifest.host},
                {"person", manifest.person},
                {"pg_dump", manifest.dumper},
                {"started", core::formatUtc(manifest.started)},
                {"durations_ms",
                 {{"dumping", milliseconds(manifest.dumping)},
                  {"measuring", milliseconds(manifest.measuring)},
                  {"total", milliseconds(manifest.total)}}},
                {"files", filesToJson(manifest.files)},
                {"database", database::toJson(manifest.database)}};
  for (const Part& part : manifest.parts) document["parts"].push_back(partToJson(part));
  if (!manifest.secret_key.empty()) document["secret_key_sha256"] = manifest.secret_key;
  document["seal"] = sealOf(document);
  return document.dump(1) + "\n";
}

Manifest readManifest(const std::string& text, const std::string& name) {
  const auto refuse = [&](const std::string& what) {
    return core::Error(core::Kind::corrupt, fmt::format("{}: {}", name, what));
  };
  Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) throw refuse("the text is cut or damaged (no JSON object)");
  try {
    if (const int format = document.at("format"); format > kFormat) {
      throw core::Error(core::Kind::undetermined,
                        fmt::format("{}: format {} is of a later version", name, format),
                        "Use the version of sotctl that made the set, or a newer one.");
    }
    const std::string seal = document.at("seal");
    document.erase("seal");
    if (const std::string found = sealOf(document); found != seal) {
      throw refuse(fmt::format("a value was changed (seal {}, found {})", seal.substr(0, 12),
                               found.substr(0, 12)));
    }
    return manifestFromJson(document);
  } catch (const Json::exception& error) {
    throw refuse(fmt::format("a value has the wrong shape: {}", error.what()));
  }
}

}  // namespace backup
