#pragma once

#include <string>
#include <string_view>

#include "lib/ports/sql.hpp"

namespace adapters {

/// What the server said, as one error: its kind from the SQLSTATE (PostgreSQL 15 documentation,
/// appendix A), "" where the connection itself failed.
ports::SqlError sqlError(const ports::SqlTarget& target, std::string_view sqlstate,
                         std::string_view message);

ports::SqlError interruptedError(const ports::SqlTarget& target);

/// An error of a login from libpq's message about it, which must have been asked for with
/// PQERRORS_VERBOSE: that alone gives the SQLSTATE before a session stands, whatever language the
/// server speaks ("FATAL:  3D000: la base de données …").
ports::SqlError loginError(const ports::SqlTarget& target, std::string_view message);

/// First line of a server's message, without "ERROR:  " before it.
std::string firstLine(std::string_view message);

}  // namespace adapters
