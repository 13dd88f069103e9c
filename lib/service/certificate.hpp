#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/core/time.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// When the certificate ends that a server shows for a name, asked with openssl(1), which does not
/// mind if it is over already. Errors: unreachable, not_found (no openssl), undetermined.
core::Time certificateEnd(ports::World& world, const std::string& host, int port,
                          const std::string& name);

/// "notAfter=Nov  1 22:48:15 2027 GMT", as `openssl x509 -enddate` prints it (OpenSSL 3.0).
std::optional<core::Time> parseEndDate(std::string_view text);

}  // namespace service
