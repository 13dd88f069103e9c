#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/migrations/migration.hpp"
#include "lib/ports/files.hpp"

namespace migrations {

/// An entry of INSTALLED_APPS or PLUGINS: "django.contrib.auth", "taggit",
/// "nautobot.core.apps.NautobotConstanceConfig".
struct AppEntry {
  std::string name;
  bool plugin = false;
  bool perhaps = false;  // added or removed under a condition
};

/// What the settings of a product say of its applications.
struct SettingsApps {
  std::vector<AppEntry> entries;  // in order
  std::string user_model;         // "users.User": AUTH_USER_MODEL
};

/// Reads INSTALLED_APPS and AUTH_USER_MODEL out of a product's own settings module.
/// Errors: corrupt (no Python).
SettingsApps readSettingsApps(const std::string& source, const std::string& path);

/// The texts of PLUGINS in a configuration file; what can't be known is a doubt.
std::vector<AppEntry> readPlugins(const std::string& source, const std::string& path,
                                  std::vector<Doubt>& doubts);

/// A folder that Python would find modules in, and where an application lies in one.
struct AppPlace {
  std::string label;                  // "auth"
  std::string package;                // "django.contrib.auth"
  std::string folder;                 // of the package
  std::vector<std::string> brings{};  // django_apps of a NetBox plugin
};

/// Finds an application in the first of `paths` that has it; nothing if none has. The label is that
/// of its AppConfig where one is written there, else the package's last name.
std::optional<AppPlace> findApp(ports::Files& files, const std::vector<std::string>& paths,
                                const std::string& entry);

}  // namespace migrations
