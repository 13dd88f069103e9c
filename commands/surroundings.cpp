#include "commands/surroundings.hpp"

#include "commands/globals.hpp"

namespace commands {
namespace {

std::string valueOf(const std::map<std::string, std::string>& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

/// An XDG folder; relative paths do not count (XDG Base Directory Specification 0.8).
std::string folder(const std::string& configured, const std::string& home, const char* otherwise) {
  return configured.starts_with('/') ? configured : home + otherwise;
}

}  // namespace

Surroundings surroundings(const Start& start, const ports::Caller& caller) {
  Surroundings found;
  const bool raised = caller.root() || !valueOf(start.environment, "SUDO_USER").empty();
  std::vector<std::string> names = environmentNames();
  names.insert(names.end(), {"XDG_CONFIG_HOME", "XDG_STATE_HOME"});
  for (const std::string& name : names) {
    const std::string value = valueOf(start.environment, name.c_str());
    if (value.empty()) continue;
    if (raised) {
      found.ignored.push_back(name);
    } else {
      found.trusted[name] = value;
    }
  }
  const std::string home_variable = valueOf(start.environment, "HOME");
  const bool own_home = !raised && home_variable.starts_with('/');
  const std::string home = own_home ? home_variable : start.home;
  const std::string state = folder(valueOf(found.trusted, "XDG_STATE_HOME"), home, "/.local/state");
  found.state_folder = caller.root() ? "/var/lib/sotctl" : state + "/sotctl";
  if (!raised) {
    found.xdg_config_home = folder(valueOf(found.trusted, "XDG_CONFIG_HOME"), home, "/.config");
  }
  return found;
}

}  // namespace commands
