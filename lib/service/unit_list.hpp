#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/ports/world.hpp"

namespace service {

/// One unit of systemd as it is set up, running or not.
struct Unit {
  std::string name;       // "netbox.service"
  std::string folder;     // WorkingDirectory
  std::string account;    // User; empty is root
  std::string type;       // "simple", "notify", "oneshot"
  std::string command;    // first ExecStart with its arguments
  std::string unit_file;  // FragmentPath
  int pid = 0;            // main process; 0 while it does not run
};

/// The answer of `systemctl show` for several units: blocks, with an empty line between (systemd
/// 252). Units that are not there are left out.
std::vector<Unit> parseUnits(std::string_view text);

/// Whether systemd runs this host: /run/systemd/system is there, as sd_booted(3) says.
bool systemdRuns(ports::World& world);

/// The installed services whose names have one of `words` in them, sorted by name; templates are
/// left out. Changes nothing. Errors: not_found (no systemctl), timed_out, undetermined (its
/// words).
std::vector<Unit> unitsNamed(ports::World& world, const std::vector<std::string>& words);

}  // namespace service
