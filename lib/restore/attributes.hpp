#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "lib/core/json_fwd.hpp"
#include "lib/ports/sql.hpp"

namespace restore {

/// What PostgreSQL keeps beside a database and does not dump with it (pg_db_role_setting, datacl,
/// datconnlimit, pg_shdescription). A rename leaves it with the renamed database.
struct Attributes {
  /// (role or "" for all, setting) -> value as set_config() takes it.
  std::map<std::pair<std::string, std::string>, std::string> settings;
  /// (grantee or "" for PUBLIC, privilege, with grant option).
  std::set<std::tuple<std::string, std::string, bool>> rights;
  std::int64_t connection_limit = -1;
  std::string comment;

  bool operator==(const Attributes&) const = default;
};

/// Without what sotctl itself sets. Errors: not_found.
Attributes readAttributes(ports::Sql& sql, const std::string& database);
/// Changes `database` from `now` to `wanted`.
void writeAttributes(ports::Sql& sql, const std::string& database, const Attributes& now,
                     const Attributes& wanted);
/// For a file that only its owner may read. Reading throws core::Json::exception for another shape.
core::Json toJson(const Attributes& attributes);
Attributes attributesFromJson(const core::Json& json);
/// What differs, in words, without values of settings (they may hold secrets).
std::vector<std::string> differences(const Attributes& now, const Attributes& wanted);

}  // namespace restore
