#include "lib/restore/able.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"

namespace restore {

std::optional<Obstacle> unableToLoad(ports::Sql& sql, const database::Facts& facts) {
  const ports::SqlRows login = sql.query(
      "SELECT rolname AS name, rolsuper AS super, rolcreatedb OR rolsuper AS creates FROM pg_roles "
      "WHERE rolname = current_user");
  const std::string role = login.text(0, "name");
  if (!login.boolean(0, "creates")) {
    return Obstacle{
        fmt::format("role {} may not create databases", core::printable(role)),
        fmt::format("As a superuser: ALTER ROLE {} CREATEDB; or name another login in the "
                    "instance's database.admin.",
                    ports::sqlName(role))};
  }
  for (const database::ExtensionFacts& each : facts.extensions) {
    const ports::SqlRows found = sql.query(
        "SELECT bool_or(trusted) AS trusted FROM pg_available_extension_versions WHERE name = $1",
        {each.name});
    const std::string name = core::printable(each.name);
    if (found.isNull(0, "trusted")) {
      return Obstacle{fmt::format("extension {} is not installed on the server", name),
                      "Install its package on the database host (on Debian often "
                      "postgresql-VERSION-NAME or postgresql-contrib)."};
    }
    if (!login.boolean(0, "super") && !found.boolean(0, "trusted")) {
      return Obstacle{fmt::format("only a superuser may create extension {}, and role {} is none",
                                  name, core::printable(role)),
                      "Name a superuser's login in the instance's database.admin."};
    }
  }
  return std::nullopt;
}

}  // namespace restore
