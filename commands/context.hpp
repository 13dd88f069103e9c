#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/config/config.hpp"
#include "lib/core/time.hpp"
#include "lib/out/output.hpp"
#include "lib/ports/world.hpp"

namespace commands {

/// The options that every command takes.
struct Globals {
  std::optional<std::string> config;
  std::optional<std::string> instance;
  bool dry_run = false;
  bool yes = false;
  std::optional<std::string> confirm;
  std::optional<std::string> answers;
  std::string output = "text";
  std::vector<std::string> write;  // FORMAT=FILE
  bool quiet = false;
  int verbose = 0;
  std::string color = "auto";
  std::string reason;
  std::string task;
  std::optional<core::Duration> timeout;
  bool detailed_exitcode = false;
  std::vector<std::string> accept;
};

enum class Need { look, change };

/// What a command's run function gets: the world behind ports, what was asked for, and where to
/// say things.
class Context {
 public:
  Context(ports::World& world, const Globals& globals, out::Output& out, std::string state_folder,
          std::string xdg_config_home);

  ports::World& world() { return world_; }
  const Globals& globals() const { return globals_; }
  out::Output& out() { return out_; }
  /// Runs, locks and markers lie below it: the configuration's `state`, else /var/lib/sotctl, or a
  /// user's $XDG_STATE_HOME/sotctl.
  std::string stateFolder();
  /// The account's own one, whatever a configuration says.
  const std::string& accountStateFolder() const { return state_folder_; }
  const std::string& xdgConfigHome() const { return xdg_config_home_; }

  /// The configuration; loaded on first use. Nothing if there is no file.
  const std::optional<config::Config>& config();
  /// The instance that is meant: --instance, else the only one, else the one that discovery finds
  /// on this host. Errors: usage (several, and a changing verb needs --instance; the names are
  /// listed), not_found (no such instance, nearest names; nothing found: what to do).
  const config::Instance& instance(Need need);
  /// All instances that are meant, for looking: the one of --instance, else all that are
  /// configured, else the discovered one. Errors: not_found, as above.
  std::vector<const config::Instance*> instances();
  /// The one of this name: what a journal speaks of. Errors: not_found (nearest names).
  const config::Instance& named(const std::string& name);
  /// The world of one of the instance's hosts, by its name; "" is this one. Errors: not_found.
  ports::World& host(const config::Instance& instance, const std::string& name);
  bool accepted(const std::string& refusal) const;
  /// Says that this run changed something, or in a dry run that it would: --detailed-exitcode
  /// then turns exit status 0 into 20.
  void markChanged() { changed_ = true; }
  bool changed() const { return changed_; }

 private:
  std::vector<const config::Instance*> known();

  ports::World& world_;
  const Globals& globals_;
  out::Output& out_;
  std::string state_folder_;
  std::string xdg_config_home_;
  bool changed_ = false;
  bool loaded_ = false;
  bool looked_around_ = false;
  std::optional<config::Config> config_;
  std::vector<config::Instance> settled_;  // as configured, at the primary of the moment
  std::vector<config::Instance> discovered_;
};

}  // namespace commands
