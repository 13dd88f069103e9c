#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/core/json_fwd.hpp"
#include "lib/core/time.hpp"
#include "lib/ports/sql.hpp"

namespace restore {

/// One entry of the application's change log.
struct Change {
  core::Time time{};
  std::string person;
  std::string action;  // "create", "update", "delete"
  std::string object;  // as the application calls it: "sw-ams-07"
};

/// What the application's change log says of a span of time.
struct Changes {
  bool known = false;  // the database has a change log
  std::int64_t count = 0;
  std::int64_t deletions = 0;
  std::optional<Change> newest;
  std::vector<Change> deleted;  // the newest deletions, five at most
};

/// Entries with `from` < time <= `until`. The table is core_objectchange since NetBox 4.1, and
/// extras_objectchange before and in Nautobot.
Changes changesBetween(ports::Sql& session, core::Time from, core::Time until);
/// The newest entry of all.
std::optional<Change> newestChange(ports::Sql& session);

core::Json toJson(const Changes& changes);
/// "2026-11-21 04:00:12 CET: ada deleted sw-ams-07".
std::string inWords(const Change& change);

}  // namespace restore
