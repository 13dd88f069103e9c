#include "lib/migrations/left_over.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"
#include "lib/migrations/hazard.hpp"

namespace migrations {
namespace {

void addNames(const Hop& hop, const Code& code, std::vector<std::string>& names) {
  std::vector<const Migration*> pending;
  for (const Key& key : hop.pending) {
    if (const Migration* one = code.find(key)) pending.push_back(one);
  }
  for (std::string& name : namesMade(pending)) names.push_back(std::move(name));
}

}  // namespace

std::vector<std::string> namesOnTheWay(const PathVerdict& verdict, const Code& target) {
  std::vector<std::string> names;
  if (verdict.hops.empty()) addNames(verdict.direct, target, names);
  for (const Hop& hop : verdict.hops) {
    const Facts& facts = Facts::of(target.product);
    const auto release = facts.find(hop.to);
    const bool last = &hop == &verdict.hops.back();
    if (last || !release) {
      addNames(hop, target, names);
    } else {
      addNames(hop, facts.code(*release), names);
    }
  }
  return names;
}

std::set<std::string> namesThere(ports::Sql& session, const std::vector<std::string>& names) {
  const auto found = session.query(
      "SELECT DISTINCT name FROM ("
      " SELECT relname::text AS name FROM pg_catalog.pg_class"
      "  WHERE relnamespace = pg_catalog.to_regnamespace(pg_catalog.current_schema())"
      " UNION ALL SELECT conname::text FROM pg_catalog.pg_constraint"
      "  WHERE connamespace = pg_catalog.to_regnamespace(pg_catalog.current_schema())) AS a"
      " WHERE name = ANY (string_to_array($1, E'\\n')) ORDER BY name",
      {core::join(names, "\n")});
  std::set<std::string> there;
  for (std::size_t i = 0; i < found.size(); ++i) there.insert(found.text(i, "name"));
  return there;
}

void addLeftOvers(const std::set<std::string>& there, PathVerdict& verdict) {
  for (const std::string& name : there) {
    verdict.direct.hazards.push_back(
        {Hazard::Kind::left_over_name,
         {},
         fmt::format("{} is in the database already, and a pending migration would make it",
                     name)});
  }
  if (there.empty()) return;
  verdict.direct.works = false;
  verdict.hops.clear();
  verdict.outcome = PathVerdict::Outcome::fails;
}

}  // namespace migrations
