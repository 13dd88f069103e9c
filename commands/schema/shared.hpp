#pragma once

#include <string>

#include "commands/context.hpp"
#include "lib/schema/schema.hpp"

namespace commands::schema_shared {

/// The schema of the instance's database ("" or "database"), of another one on its server
/// ("database:NAME"), of a dump, or of a stored snapshot.
schema::Schema schemaOf(Context& context, const std::string& where, bool rights);

}  // namespace commands::schema_shared
