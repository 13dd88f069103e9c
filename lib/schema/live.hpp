#pragma once

#include "lib/ports/sql.hpp"
#include "lib/schema/schema.hpp"

namespace schema {

/// The schema of the database that `session` is connected to, within one snapshot; with `rights`
/// owners and grants too. Reads only, in a transaction of its own.
/// Errors: as ports::Sql.
Schema liveSchema(ports::Sql& session, const std::string& name, bool rights);

}  // namespace schema
