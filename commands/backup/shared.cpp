#include "commands/backup/shared.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"

namespace commands::backup_shared {
namespace {

std::int64_t seconds(core::Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace

core::Json setToJson(const backup::StoredSet& set, core::Time now) {
  core::Json json{{"set", set.id},
                  {"folder", set.folder},
                  {"state", set.good()         ? "good"
                            : set.undetermined ? "unknown"
                                               : "broken"},
                  {"broken", nullptr},
                  {"pinned", set.pin_unknown ? core::Json(nullptr) : core::Json(bool(set.pin))},
                  {"pin", set.pin ? backup::toJson(*set.pin) : core::Json(nullptr)}};
  if (!set.broken.empty()) json["broken"] = set.broken;
  if (!set.manifest) return json;
  const backup::Manifest& manifest = *set.manifest;
  json["taken"] = core::formatUtc(manifest.taken());
  json["age_seconds"] = seconds(now - manifest.taken());
  json["instance"] = manifest.instance;
  json["product"] = manifest.product;
  json["product_version"] =
      manifest.product_version.empty() ? core::Json(nullptr) : core::Json(manifest.product_version);
  json["database"] = manifest.database.identity.database;
  json["server_version"] = manifest.database.identity.server_version_text;
  json["bytes"] = manifest.bytes();
  json["tables"] = manifest.database.tables.size();
  json["rows"] = manifest.database.rows();
  json["parts"] = core::Json::array();
  for (const backup::Part& part : manifest.parts) {
    json["parts"].push_back({{"name", part.name},
                             {"files", part.files},
                             {"bytes", part.bytes},
                             {"whole", part.whole()}});
  }
  json["description"] = manifest.description;
  json["host"] = manifest.host;
  json["person"] = manifest.person;
  return json;
}

std::string partsInWords(const backup::Manifest& manifest) {
  std::string text;
  const auto more = [](std::uint64_t count, std::size_t shown) {
    return count > shown ? fmt::format("  and {} more\n", count - shown) : std::string();
  };
  for (const backup::Part& part : manifest.parts) {
    text += fmt::format("{}: {}, {}\n", part.name,
                        core::plural(static_cast<std::int64_t>(part.files), "file", "files"),
                        core::formatBytes(part.bytes));
    if (!part.undetermined.empty()) {
      text += fmt::format("  could not determine all of it: {}\n", part.undetermined);
    }
    for (const std::string& each : part.left_out) text += "  left out: " + each + "\n";
    text += more(part.left_out_count, part.left_out.size());
    for (const std::string& each : part.changed) text += "  changed while copied: " + each + "\n";
    text += more(part.changed_count, part.changed.size());
  }
  return text;
}

std::string ageInWords(core::Time taken, core::Time now) {
  if (taken > now + std::chrono::seconds(2)) {
    return "in the future by " + core::formatDuration(taken - now);
  }
  return core::formatDuration(std::max(core::Duration(0), core::Duration(now - taken))) + " ago";
}

}  // namespace commands::backup_shared
