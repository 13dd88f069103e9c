#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/service/details.hpp"

namespace service {

/// The lines of `systemctl show -p …`: NAME=value (systemd 252; a value may hold "=").
std::map<std::string, std::string> parseProperties(std::string_view text);
/// "Fri 2026-11-21 18:14:53 UTC", as --timestamp=utc prints it; nothing for anything else.
std::optional<core::Time> parseSystemdTime(std::string_view text);
/// What those properties say of a unit.
ServiceState unitState(const std::string& unit, const std::map<std::string, std::string>& shown);
/// The same and more: restarts, start limit, whether it comes back after a reboot, what it would
/// run. Nothing of its process.
Details unitDetails(const std::string& unit, const std::map<std::string, std::string>& shown);
/// The words of "{ path=/bin/a ; argv[]=/bin/a --b ; ignore_errors=no ; … }", as ExecStart is
/// shown.
std::string commandOf(const std::string& exec_start);

}  // namespace service
