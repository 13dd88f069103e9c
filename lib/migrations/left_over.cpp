#include "lib/migrations/left_over.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"
#include "lib/migrations/hazard.hpp"

namespace migrations {

void addLeftOvers(ports::Sql& session, const Code& code, PathVerdict& verdict) {
  std::vector<const Migration*> pending;
  for (const Key& key : verdict.direct.pending) {
    if (const Migration* one = code.find(key)) pending.push_back(one);
  }
  const auto names = namesMade(pending);
  if (names.empty()) return;
  const auto found = session.query(
      "SELECT DISTINCT name FROM ("
      " SELECT relname::text AS name FROM pg_catalog.pg_class"
      "  WHERE relnamespace = pg_catalog.to_regnamespace(pg_catalog.current_schema())"
      " UNION ALL SELECT conname::text FROM pg_catalog.pg_constraint"
      "  WHERE connamespace = pg_catalog.to_regnamespace(pg_catalog.current_schema())) AS a"
      " WHERE name = ANY (string_to_array($1, E'\\n')) ORDER BY name",
      {core::join(names, "\n")});
  for (std::size_t i = 0; i < found.size(); ++i) {
    verdict.direct.hazards.push_back(
        {Hazard::Kind::left_over_name,
         {},
         fmt::format("{} is in the database already, and a pending migration would make it",
                     found.text(i, "name"))});
  }
  if (found.empty()) return;
  verdict.direct.works = false;
  verdict.outcome = PathVerdict::Outcome::fails;
}

}  // namespace migrations
