#pragma once

#include <map>
#include <string>

#include "lib/config/instance.hpp"

namespace config {

/// An instance as seen from outside: for checks that ask its REST API or log in, and what
/// checklists are told.
struct Outside {
  std::string url;  // "https://netbox.example.org/netbox"; empty: where the first probe goes
  PasswordReference token;
  std::string user;  // of a login; empty: none is known
  PasswordReference password;
  std::map<std::string, std::string> parameters;  // of checklists, by name
};

/// [instance.NAME.api] and [instance.NAME.parameters] of a configuration file that load() has
/// taken. Errors: as parse().
Outside readOutside(const std::string& text, const std::string& file, const std::string& instance);

}  // namespace config
