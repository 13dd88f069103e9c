#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/migrations/apps.hpp"
#include "lib/migrations/migration.hpp"
#include "lib/ports/files.hpp"

namespace migrations {

/// Where the code is that is to be read.
struct CodePlace {
  /// Installed root ("/opt/netbox"), or a checkout of the product's repository.
  std::string root;
  std::optional<config::Product> product{};  // nothing: found out
  std::string settings{};  // configuration.py or nautobot_config.py; empty: looked for below root
  std::string interpreter{};  // of the virtual environment; empty: ROOT/venv, and ROOT itself
};

/// One application of the code.
struct App {
  std::string label;
  std::string package;
  std::string folder;  // of its migrations; empty: it has none
  bool core = false;   // belongs to the product
  bool plugin = false;
  bool perhaps = false;  // installed only under a condition
};

/// All migrations that an installation's code has. Data: needs nothing that it was read from.
struct Code {
  config::Product product = config::Product::netbox;
  std::string root;
  std::string version{};    // of the product; empty: not known
  std::string django{};     // version; empty: not known
  std::vector<App> apps{};  // in the order of INSTALLED_APPS
  std::vector<Migration> migrations{};
  /// AUTH_USER_MODEL: "users.User".
  std::string user_model = "auth.User";
  std::vector<std::string> not_found{};  // entries of INSTALLED_APPS whose files are not there
  std::vector<Doubt> doubts{};
  /// Whether a virtual environment was read: without one only the product's own are known.
  bool environment = false;
  /// Whether this is compiled-in knowledge of a release, not files.
  bool release = false;
  /// Whether the configuration said which plugins there are.
  bool plugins_known = true;

  const App* app(const std::string& label) const;
  const Migration* find(const Key& key) const;
};

/// Reads the applications' migration files: the product's own, Django's and others' in the virtual
/// environment's site-packages, and those of the plugins that the configuration names.
/// Reads only; runs nothing. Errors: not_found (no such folder, no product in it), refused (two
/// products in one tree), corrupt (a file that is no migration, with path and line), denied.
Code readCode(ports::Files& files, const CodePlace& place);

}  // namespace migrations
