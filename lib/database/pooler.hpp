#pragma once

#include "lib/database/database.hpp"

namespace database {

/// Refuses a connection pooler between us and the server of the admin login that lends sessions by
/// the transaction: locks and settings of one session would be another's. Found out by two
/// sessions, one of which is inside a transaction while the other asks for its own setting
/// (PgBouncer 1.18, pool_mode transaction and statement). Changes nothing on the server.
/// Errors: refused; as Database::admin.
void refusePooler(Database& database);

}  // namespace database
