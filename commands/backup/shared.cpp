#include "commands/backup/shared.hpp"

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
  json["description"] = manifest.description;
  json["host"] = manifest.host;
  json["person"] = manifest.person;
  return json;
}

std::string ageInWords(core::Time taken, core::Time now) {
  if (taken > now + std::chrono::seconds(2)) {
    return "in the future by " + core::formatDuration(taken - now);
  }
  return core::formatDuration(std::max(core::Duration(0), core::Duration(now - taken))) + " ago";
}

}  // namespace commands::backup_shared
