#pragma once

#include <string>
#include <vector>

#include "lib/application/installation.hpp"
#include "lib/application/python/value.hpp"

namespace application {

enum class HasPassword { yes, no, unknown };

struct DatabaseFacts {
  Setting name;
  Setting user;
  Setting host;  // "" is the system's socket folder
  Setting port;  // "" is 5432
  HasPassword password = HasPassword::unknown;
};

struct RedisFacts {
  Setting host;
  Setting port;
  Setting database;
  HasPassword password = HasPassword::unknown;
};

/// What an installation's configuration says, without its secrets.
struct Settings {
  /// True: its own interpreter said it. False: read from the text.
  bool asked = false;
  /// How it was read: "asked /opt/netbox/venv/bin/python as netbox"; "read as text: …".
  std::string how;
  DatabaseFacts database;
  RedisFacts tasks;
  RedisFacts caching;
  Setting media;
  Setting reports;  // folders of code that people add; NetBox
  Setting scripts;
  Setting jobs;  // the same; Nautobot
  /// What keeps media: "" is the file system, else the class of the storage ("storages.backends…").
  Setting storage;
  Setting allowed_hosts;  // "a.example.org, b.example.org"
  Setting base_path;      // "" or "netbox/"
  Setting secret_key;     // SHA-256, to compare installations
};

/// Asks the installation's own interpreter if that is safe and works, reads the literals of the
/// configuration file otherwise. A value that only the running service knows is missing with its
/// reason, never guessed.
/// Errors: not_found (no such file), denied (may not be read, names the account that may), corrupt
/// (no Python, and no interpreter either).
Settings readSettings(ports::World& world, const Installation& installation);

/// What the names of a configuration say. Pure.
Settings settingsFrom(const python::Names& names, const Installation& installation,
                      const std::string& others_from);

/// One password of the configuration: "database", "redis.tasks", "redis.caching"; empty if there is
/// none. Errors: as readSettings, and undetermined.
core::Secret readPassword(ports::World& world, const Installation& installation,
                          const std::string& which);

}  // namespace application
