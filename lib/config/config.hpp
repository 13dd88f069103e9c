#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/json.hpp"
#include "lib/ports/world.hpp"

namespace config {

/// Where a value came from: "/etc/sotctl/sotctl.toml:12", "discovered: unit netbox.service",
/// "default".
using Origins = std::map<std::string, std::string>;  // key: "instance.netbox.database.name"

struct Config {
  std::string file;  // empty if none was found
  /// Folder for runs, locks and markers; empty: the usual one. All hosts and persons that operate
  /// an instance with this file must see the same folder.
  std::string state{};
  std::vector<Instance> instances;
  Origins origins;
  /// What is taken for something else than written, for people: "environment is not set: …".
  std::vector<std::string> remarks;
};

/// Reads one configuration text. Every complaint is collected and thrown as one
/// Error{configuration} with file, line and what is allowed (nearest key names).
Config parse(const std::string& text, const std::string& file);

/// Fills settings, interpreter and media with their usual places below the root, where they are not
/// set, with their origins.
void addUsualPaths(Instance& instance, Origins& origins);

/// One value of an instance, named as in a file: "database.application.host". A password is its
/// reference. Probes and services are named by place and name: "probe.1.url".
struct Entry {
  std::string key;
  core::Json value;
};
/// All values that say something, in the order of a file.
std::vector<Entry> entries(const Instance& instance);

/// The text of a configuration that parse() reads back: each value with its origin as a comment.
/// `head` and `tail` are lines of comments.
std::string write(const std::vector<Instance>& instances, const Origins& origins,
                  const std::vector<std::string>& head, const std::vector<std::string>& tail);
/// A value as TOML writes it.
std::string tomlValue(const core::Json& value);

/// Where load() looks without an explicit file; the first one that is there counts.
std::vector<std::string> usualFiles(const ports::Caller& caller,
                                    const std::string& xdg_config_home);

/// Which file counts: `explicit_file` if given, else /etc/sotctl/sotctl.toml, else (for a user that
/// is not root) $XDG_CONFIG_HOME/sotctl/sotctl.toml; first found, never merged. Refuses a file that
/// somebody else could write (file and every parent folder must belong to root or the caller and
/// be writable by nobody else; a sticky folder of root's counts as safe).
/// Errors: configuration, not_found (explicit file), denied.
/// A relative `explicit_file` is below the caller's folder.
std::optional<Config> load(ports::World& world, const std::optional<std::string>& explicit_file,
                           const std::string& xdg_config_home);

}  // namespace config
