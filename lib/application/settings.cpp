#include "lib/application/settings.hpp"

#include <fmt/format.h>

#include "lib/application/python/module.hpp"
#include "lib/core/digest.hpp"
#include "lib/core/text.hpp"

namespace application {
namespace {

using python::Value;

/// Looks names and entries up, and says why there is nothing.
class Lookup {
 public:
  Lookup(const python::Names& names, const std::string& others_from)
      : names_(names), others_from_(others_from) {}

  /// Null, with why(), if the name is not known to be there.
  const Value* name(const std::string& name) {
    const auto found = names_.find(name);
    if (found != names_.end() && found->second.known()) return &found->second;
    why_ = found != names_.end()  ? name + " " + found->second.text
           : others_from_.empty() ? name + " is not set"
                                  : name + " may come from \"" + others_from_ + "\"";
    absent_ = found == names_.end() && others_from_.empty();
    return nullptr;
  }

  const std::string& why() const { return why_; }
  bool absent() const { return absent_; }

 private:
  const python::Names& names_;
  std::string others_from_;
  std::string why_;
  bool absent_ = false;
};

Setting textOf(const std::string& name, const Value& value) {
  switch (value.kind) {
    case Value::Kind::text:
      return Setting::of(value.text);
    case Value::Kind::integer:
      return Setting::of(std::to_string(value.integer));
    case Value::Kind::none:
      return Setting::of("");
    case Value::Kind::unknown:
      return Setting::missing(name + " " + value.text);
    case Value::Kind::boolean:
    case Value::Kind::fraction:
    case Value::Kind::list:
    case Value::Kind::dictionary:
      break;
  }
  return Setting::missing(name + " is neither text nor number");
}

/// An entry of a dictionary; `otherwise` where it is left out.
Setting entry(const Value& dictionary, const std::string& name, const std::string& key,
              Setting otherwise) {
  const Value* value = dictionary.at(key);
  return value == nullptr ? std::move(otherwise) : textOf(name + "[" + key + "]", *value);
}

HasPassword hasPassword(const Value& dictionary) {
  const Value* value = dictionary.at("PASSWORD");
  if (value == nullptr || value->kind == Value::Kind::none) return HasPassword::no;
  if (value->kind == Value::Kind::boolean) {
    return value->boolean ? HasPassword::yes : HasPassword::no;
  }
  if (!value->known()) return HasPassword::unknown;
  return value->isText() && value->text.empty() ? HasPassword::no : HasPassword::yes;
}

/// The dictionary of the default database: DATABASES["default"], or NetBox's older DATABASE.
const Value* defaultDatabase(Lookup& lookup, std::string& name) {
  name = "DATABASES";
  if (const Value* all = lookup.name("DATABASES")) {
    name = "DATABASES[default]";
    return all->at("default");
  }
  if (!lookup.absent()) return nullptr;
  name = "DATABASE";
  return lookup.name("DATABASE");
}

DatabaseFacts databaseFacts(Lookup& lookup) {
  DatabaseFacts facts;
  std::string name;
  const Value* database = defaultDatabase(lookup, name);
  if (database == nullptr || database->kind != Value::Kind::dictionary) {
    const std::string why = database != nullptr && database->known() ? name + " is no dictionary"
                            : database != nullptr                    ? name + " " + database->text
                                                                     : lookup.why();
    facts.name = facts.user = facts.host = facts.port = Setting::missing(why);
    return facts;
  }
  facts.name = entry(*database, name, "NAME", Setting::missing(name + " has no NAME"));
  facts.user = entry(*database, name, "USER", Setting::missing(name + " has no USER"));
  // Django: no host is the socket, no port the usual one.
  facts.host = entry(*database, name, "HOST", Setting::of(""));
  facts.port = entry(*database, name, "PORT", Setting::of(""));
  facts.password = hasPassword(*database);
  return facts;
}

RedisFacts redisFacts(Lookup& lookup, const std::string& which) {
  RedisFacts facts;
  const auto missing = [&](const std::string& why) {
    facts.host = facts.port = facts.database = Setting::missing(why);
    return facts;
  };
  const Value* redis = lookup.name("REDIS");
  if (redis == nullptr) return missing(lookup.why());
  const std::string name = "REDIS[" + which + "]";
  const Value* part = redis->at(which);
  if (part == nullptr) return missing(name + " is not set");
  if (!part->known()) return missing(name + " " + part->text);
  if (const Value* url = part->at("URL");
      url != nullptr && !(url->kind == Value::Kind::boolean && !url->boolean)) {
    return missing(name + " is given as a URL");
  }
  if (part->at("SENTINELS") != nullptr) return missing(name + " is found through sentinels");
  facts.host = entry(*part, name, "HOST", Setting::of("localhost"));
  facts.port = entry(*part, name, "PORT", Setting::of("6379"));
  facts.database = entry(*part, name, "DATABASE", Setting::of("0"));
  facts.password = hasPassword(*part);
  return facts;
}

Setting mediaFolder(Lookup& lookup, const Installation& installation) {
  if (const Value* media = lookup.name("MEDIA_ROOT")) return textOf("MEDIA_ROOT", *media);
  if (!lookup.absent() || installation.root.empty()) return Setting::missing(lookup.why());
  const bool netbox = installation.product == config::Product::netbox;
  return Setting::of(installation.root + (netbox ? "/netbox/media" : "/media"));
}

/// A folder that has a usual place; missing for a product that has no such folder.
Setting folderNamed(Lookup& lookup, const std::string& name, const std::string& usual) {
  if (const Value* folder = lookup.name(name)) return textOf(name, *folder);
  if (!lookup.absent() || usual.empty()) return Setting::missing(lookup.why());
  return Setting::of(usual);
}

/// Django 4.2: STORAGES["default"]["BACKEND"]. NetBox before 4.3 and Nautobot: STORAGE_BACKEND.
Setting mediaStorage(Lookup& lookup) {
  Setting backend = Setting::of("");
  if (const Value* all = lookup.name("STORAGES")) {
    const Value* chosen = all->at("default");
    if (chosen != nullptr && !chosen->known()) {
      return Setting::missing("STORAGES[default] " + chosen->text);
    }
    const Value* name = chosen == nullptr ? nullptr : chosen->at("BACKEND");
    if (name != nullptr) backend = textOf("STORAGES[default][BACKEND]", *name);
  } else if (!lookup.absent()) {
    return Setting::missing(lookup.why());
  } else if (const Value* name = lookup.name("STORAGE_BACKEND")) {
    backend = textOf("STORAGE_BACKEND", *name);
  } else if (!lookup.absent()) {
    return Setting::missing(lookup.why());
  }
  const bool on_disk = backend.value && backend.value->ends_with(".FileSystemStorage");
  return on_disk ? Setting::of("") : backend;
}

Setting allowedHosts(Lookup& lookup) {
  const Value* hosts = lookup.name("ALLOWED_HOSTS");
  if (hosts == nullptr) return Setting::missing(lookup.why());
  std::vector<std::string> names;
  for (const Value& host : hosts->items) {
    if (!host.isText()) return Setting::missing("ALLOWED_HOSTS " + host.text);
    names.push_back(host.text);
  }
  return Setting::of(core::join(names, ", "));
}

Setting basePath(Lookup& lookup) {
  const Value* path = lookup.name("BASE_PATH");
  if (path != nullptr) return textOf("BASE_PATH", *path);
  return lookup.absent() ? Setting::of("") : Setting::missing(lookup.why());
}

Setting secretKey(Lookup& lookup) {
  const Value* key = lookup.name("SECRET_KEY");
  return key == nullptr ? Setting::missing(lookup.why()) : textOf("SECRET_KEY", *key);
}

}  // namespace

Settings settingsFrom(const python::Names& names, const Installation& installation,
                      const std::string& others_from) {
  Lookup lookup(names, others_from);
  Settings settings;
  settings.database = databaseFacts(lookup);
  // Nautobot keeps its Redis in settings of other libraries, made from the environment: not here.
  settings.tasks = redisFacts(lookup, "tasks");
  settings.caching = redisFacts(lookup, "caching");
  settings.media = mediaFolder(lookup, installation);
  const bool netbox = installation.product == config::Product::netbox;
  const auto usual = [&](bool has, const char* below) {
    return has && !installation.root.empty() ? installation.root + below : std::string();
  };
  settings.reports = folderNamed(lookup, "REPORTS_ROOT", usual(netbox, "/netbox/reports"));
  settings.scripts = folderNamed(lookup, "SCRIPTS_ROOT", usual(netbox, "/netbox/scripts"));
  settings.jobs = folderNamed(lookup, "JOBS_ROOT", usual(!netbox, "/jobs"));
  settings.storage = mediaStorage(lookup);
  settings.allowed_hosts = allowedHosts(lookup);
  settings.base_path = basePath(lookup);
  settings.secret_key = secretKey(lookup);
  return settings;
}

}  // namespace application
