#pragma once

#include <string>

#include "lib/application/installation.hpp"

namespace cluster {

/// The text of the application's configuration with another database server: only the values of
/// HOST and PORT in DATABASE or DATABASES["default"] differ. Read again afterwards: it must say the
/// new place, and everything else as before. Pure.
/// Errors: undetermined (host or port are not literals there), with what to change by hand.
std::string pointedAt(const std::string& text, const application::Installation& installation,
                      const std::string& host, int port);

}  // namespace cluster
