#pragma once

#include <string>
#include <string_view>

#include "lib/ports/sql.hpp"

namespace adapters {

/// An error with its SQLSTATE, "" where the connection itself failed; the kind follows from that
/// (PostgreSQL 15 documentation, appendix A).
ports::SqlError sqlError(const ports::SqlTarget& target, std::string_view sqlstate,
                         std::string_view message);

/// An error from libpq's message about it, which must have been asked for with PQERRORS_VERBOSE:
/// "FATAL:  3D000: la base de données …". That is the one way to the SQLSTATE before a session
/// stands, in whatever language the server speaks; and afterwards libpqxx 6.4.5 forgets it for the
/// states that it has classes for (42501, 40P01, 53xxx: seen in tests/contract/postgres_test.cpp).
ports::SqlError serverError(const ports::SqlTarget& target, std::string_view message);

ports::SqlError interruptedError(const ports::SqlTarget& target);

}  // namespace adapters
