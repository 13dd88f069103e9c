#pragma once

#include <string>
#include <string_view>

#include "lib/core/secret.hpp"

namespace core {

/// What PostgreSQL keeps of a password, "SCRAM-SHA-256$4096:…": made here, so that the password
/// itself is never part of a statement or of a server's log (RFC 5802 and 7677; the form is that of
/// pg_authid.rolpassword). `salt`: random bytes, 16 as in PostgreSQL.
/// Errors: undetermined for a password beyond printable ASCII, which would have to be normalised
/// first.
std::string scramVerifier(const Secret& password, std::string_view salt, int iterations = 4096);

}  // namespace core
