#pragma once

#include <optional>
#include <string>

#include "lib/ports/files.hpp"

namespace config {

/// Why somebody else than root and the account `uid` could change what is read at `path`, or
/// nothing if nobody else can: the file, each link on the way and every folder above must belong to
/// one of the two and be writable by nobody else; a sticky folder of root's (/tmp) is safe for what
/// lies in it. "/etc/sotctl is writable by its group (mode 0775)".
/// Errors: not_found if there is nothing, denied.
std::optional<std::string> distrust(ports::Files& files, const std::string& path, unsigned uid);

/// "0640".
std::string modeInWords(unsigned mode);

}  // namespace config
