#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/service/state.hpp"

namespace service {

/// The lines of `systemctl show -p …`: NAME=value (systemd 252; a value may hold "=").
std::map<std::string, std::string> parseProperties(std::string_view text);
/// "Fri 2026-11-21 18:14:53 UTC", as --timestamp=utc prints it; nothing for anything else.
std::optional<core::Time> parseSystemdTime(std::string_view text);
/// What those properties say of a unit.
ServiceState unitState(const std::string& unit, const std::map<std::string, std::string>& shown);

}  // namespace service
