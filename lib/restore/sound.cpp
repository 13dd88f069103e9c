#include "lib/restore/sound.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/moment.hpp"
#include "lib/core/text.hpp"
#include "lib/database/sequences.hpp"
#include "lib/restore/changes.hpp"

namespace restore {
namespace {

constexpr std::size_t kShown = 5;
constexpr int kCollationOfDatabase = 150000;  // pg_database.datcollversion is there since 15

std::string someOf(const std::vector<std::string>& words) {
  const std::vector<std::string> shown(
      words.begin(), words.begin() + static_cast<std::ptrdiff_t>(std::min(words.size(), kShown)));
  return core::join(shown, ", ") + (words.size() > kShown ? ", …" : "");
}

std::int64_t countOf(const std::vector<std::string>& words) {
  return static_cast<std::int64_t>(words.size());
}

core::CheckResult sequences(ports::Sql& session) {
  const auto states = database::sequenceStates(session);
  const auto behind = database::behindInWords(states);
  if (behind.empty()) {
    return check("restore.sequences", "sequences", core::Outcome::pass,
                 fmt::format("{} are ahead of their tables",
                             core::formatCount(static_cast<std::int64_t>(states.size()))));
  }
  return check("restore.sequences", "sequences", core::Outcome::fail,
               fmt::format("{} behind: {}", core::formatCount(countOf(behind)), someOf(behind)),
               "each ahead of its table",
               "New rows will collide with old ones. SELECT setval('SEQUENCE', (SELECT max(id) "
               "FROM TABLE)) mends one.");
}

core::CheckResult extensions(ports::Sql& session, const std::optional<backup::Manifest>& manifest) {
  const auto result = [](core::Outcome outcome, std::string found, std::string hint = {}) {
    return check("restore.extensions", "extensions", outcome, std::move(found), "those of the set",
                 std::move(hint));
  };
  if (!manifest) return result(core::Outcome::skip, "the database came from no set");
  const ports::SqlRows rows =
      session.query("SELECT extname AS name, extversion AS version FROM pg_extension");
  std::map<std::string, std::string> here;
  for (std::size_t i = 0; i < rows.size(); ++i)
    here[rows.text(i, "name")] = rows.text(i, "version");
  std::vector<std::string> missing;
  std::vector<std::string> other;
  for (const database::ExtensionFacts& each : manifest->database.extensions) {
    const auto found = here.find(each.name);
    if (found == here.end()) {
      missing.push_back(core::printable(each.name));
    } else if (found->second != each.version) {
      other.push_back(fmt::format("{} is {} here and was {}", core::printable(each.name),
                                  found->second, core::printable(each.version)));
    }
  }
  if (!missing.empty()) {
    return result(core::Outcome::fail, "missing: " + someOf(missing),
                  "As a superuser in the database: CREATE EXTENSION NAME");
  }
  if (!other.empty()) return result(core::Outcome::warn, someOf(other));
  return result(core::Outcome::pass,
                core::formatCount(static_cast<std::int64_t>(manifest->database.extensions.size())) +
                    " as in the set");
}

core::CheckResult owners(ports::Sql& session, const config::Instance& instance) {
  const std::string& role = instance.database.application.user;
  const auto result = [&](core::Outcome outcome, std::string found, std::string hint = {}) {
    return check("restore.owners", "owners and rights", outcome, std::move(found),
                 fmt::format("role {} may use every table, view and sequence", role),
                 std::move(hint));
  };
  if (role.empty()) return result(core::Outcome::skip, "the application's role is not known");
  if (session.query("SELECT 1 AS one FROM pg_roles WHERE rolname = $1", {role}).empty()) {
    return result(core::Outcome::fail, fmt::format("there is no role {}", role),
                  fmt::format("Create it: createuser {}", core::shellQuote(role)));
  }
  const ports::SqlRows rows = session.query(
      "SELECT format('%I.%I', n.nspname, c.relname) AS object, pg_get_userbyid(c.relowner) AS "
      "owner "
      "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', "
      "'v', 'm', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT "
      "LIKE 'pg\\_%' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = "
      "'e') AND NOT CASE c.relkind WHEN 'S' THEN has_sequence_privilege($1, c.oid, 'USAGE') "
      "WHEN 'v' THEN has_table_privilege($1, c.oid, 'SELECT') "
      "WHEN 'm' THEN has_table_privilege($1, c.oid, 'SELECT') "
      "ELSE has_table_privilege($1, c.oid, 'SELECT') AND has_table_privilege($1, c.oid, 'INSERT') "
      "AND has_table_privilege($1, c.oid, 'UPDATE') AND has_table_privilege($1, c.oid, 'DELETE') "
      "END ORDER BY 1",
      {role});
  std::vector<std::string> barred;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    barred.push_back(fmt::format("{} (of {})", core::printable(rows.text(i, "object")),
                                 core::printable(rows.text(i, "owner"))));
  }
  if (barred.empty()) {
    return result(core::Outcome::pass, fmt::format("role {} may use all of it", role));
  }
  return result(core::Outcome::fail,
                fmt::format("{} that role {} may not use: {}", core::formatCount(countOf(barred)),
                            role, someOf(barred)),
                fmt::format("As a superuser: GRANT what it needs, or REASSIGN OWNED BY OWNER TO {}",
                            ports::sqlName(role)));
}

/// A new database has the versions of its server. One that was there before, after an undo, may
/// have lived through an upgrade of the operating system.
core::CheckResult collations(ports::Sql& session) {
  std::string sql =
      "SELECT format('collation %I', c.collname) AS object, c.collversion AS made, "
      "coalesce(pg_collation_actual_version(c.oid), '') AS now FROM pg_collation c "
      "WHERE c.collversion IS NOT NULL AND (c.collnamespace <> 'pg_catalog'::regnamespace "
      "OR EXISTS (SELECT FROM pg_attribute a WHERE a.attcollation = c.oid AND a.attnum > 0))";
  const int version = std::stoi(
      session.query("SELECT current_setting('server_version_num') AS number").text(0, "number"));
  if (version >= kCollationOfDatabase) {
    sql +=
        " UNION ALL SELECT 'the database', datcollversion, "
        "coalesce(pg_database_collation_actual_version(oid), '') FROM pg_database "
        "WHERE datname = current_database() AND datcollversion IS NOT NULL";
  }
  const ports::SqlRows rows = session.query(sql);
  std::vector<std::string> other;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.text(i, "made") == rows.text(i, "now")) continue;
    other.push_back(fmt::format("{} was made with {}, the system has {}",
                                core::printable(rows.text(i, "object")), rows.text(i, "made"),
                                rows.text(i, "now")));
  }
  if (other.empty()) {
    return check("restore.collations", "collations", core::Outcome::pass,
                 fmt::format("{} with the system's versions",
                             core::formatCount(static_cast<std::int64_t>(rows.size()))));
  }
  return check("restore.collations", "collations", core::Outcome::warn, someOf(other),
               "the versions that the indexes were made with",
               "REINDEX DATABASE, then ALTER … REFRESH VERSION (ALTER DATABASE … REFRESH COLLATION "
               "VERSION).");
}

core::CheckResult newest(ports::Sql& session, const std::optional<backup::Manifest>& manifest) {
  const std::optional<Change> change = newestChange(session);
  std::string found = change ? inWords(*change) : "no entry, or no change log";
  if (manifest) found += "; the set is of " + core::formatBoth(manifest->taken());
  return check("restore.newest", "newest change that is logged",
               change ? core::Outcome::pass : core::Outcome::skip, std::move(found));
}

}  // namespace

std::vector<core::CheckResult> checkSound(const Environment& environment,
                                          const std::optional<backup::Manifest>& manifest) {
  std::vector<core::CheckResult> results;
  const auto session = database::Database(environment.world, environment.instance)
                           .admin(environment.instance.database.name);
  const auto add = [&](const char* id, const char* subject, const auto& look) {
    try {
      results.push_back(look());
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      results.push_back(check(id, subject, core::Outcome::unknown, error.what(), {}, error.hint()));
    }
  };
  add("restore.sequences", "sequences", [&] { return sequences(*session); });
  add("restore.extensions", "extensions", [&] { return extensions(*session, manifest); });
  add("restore.owners", "owners and rights",
      [&] { return owners(*session, environment.instance); });
  add("restore.collations", "collations", [&] { return collations(*session); });
  add("restore.newest", "newest change that is logged", [&] { return newest(*session, manifest); });
  return results;
}

}  // namespace restore
