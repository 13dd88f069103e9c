#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/core/json.hpp"
#include "lib/permissions/pattern.hpp"
#include "lib/permissions/people.hpp"
#include "lib/permissions/policy.hpp"

namespace permissions {

/// A rule about this host: names are numbers, variables are paths, roles are people (by their place
/// in the list of people).
struct Expectation {
  Pattern pattern;
  std::optional<unsigned> uid{};
  std::optional<unsigned> gid{};
  std::optional<ModeRange> folders{};
  std::optional<ModeRange> files{};
  bool no_acl = false;
  std::set<std::size_t> readers{};
  std::set<std::size_t> writers{};
  std::set<std::size_t> kept_from{};
  bool optional = false;
  std::string why{};
  std::string place{};
};

/// All that one audit looks for.
struct Expectations {
  std::vector<Expectation> rules;
  std::vector<Person> people;
  /// What a rule could not be made certain about: a role that nobody runs.
  std::vector<std::string> unclear;

  /// Folders and files where walks begin: the rules' bases, none below another.
  std::vector<std::string> roots() const;
};

/// The variables of a policy's paths, and what else decides.
struct Facts {
  std::string root;
  std::string media;
  std::string settings;
  /// "/etc/nginx/sites-enabled/netbox:12", where the web server serves media by itself.
  std::string media_served_at;
  People people;
};

/// Errors: not_found (account or group), configuration (a variable that is not known), refused (a
/// rule for "/" or a folder of the system).
Expectations resolve(ports::World& world, const Policy& policy, const Facts& facts);

/// What repair needs of it, for a step's arguments: patterns, owners, modes.
core::Json toJson(const Expectations& expectations);
/// Errors: corrupt.
Expectations expectationsFromJson(const core::Json& json);

/// Throws Error{refused} for "/", and for a folder that belongs to the system as a whole: a repair
/// of "/etc" or "/home" is a slip of the keyboard.
void refuseSystemFolder(const std::string& path);

}  // namespace permissions
