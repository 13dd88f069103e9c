#include "lib/restore/assessment.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/measure.hpp"
#include "lib/restore/names.hpp"

namespace restore {
namespace {

constexpr std::size_t kShown = 12;  // differences in text; JSON has all

std::string differencesInWords(const database::Comparison& comparison) {
  std::string text;
  std::size_t shown = 0;
  for (const database::Difference& each : comparison.differences) {
    if (++shown > kShown) break;
    text +=
        each.aspect == database::Aspect::content
            ? fmt::format("  {}: as many rows as in the set, with other values\n", each.object)
            : fmt::format("  {}: {} in the set, {} now\n", each.object, each.expected, each.found);
  }
  if (comparison.differences.size() > kShown) {
    text +=
        fmt::format("  and {} more (-o json has all)\n", comparison.differences.size() - kShown);
  }
  for (const std::string& each : comparison.undetermined) {
    text += fmt::format("  could not be compared: {}\n", each);
  }
  return text;
}

}  // namespace

NewerChanges newerChanges(ports::Sql& sql, core::Time moment) {
  const ports::SqlRows tables = sql.query(
      "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = "
      "c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'time' "
      "WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.atttypid = 'timestamptz'::regtype "
      "AND c.relname IN ('core_objectchange', 'extras_objectchange') ORDER BY c.relname LIMIT 1");
  if (tables.empty()) return {};
  NewerChanges newer;
  newer.table = tables.text(0, "name");
  const ports::SqlRows found = sql.query(
      fmt::format("SELECT count(*) AS entries, coalesce(to_char(max(\"time\") AT TIME ZONE 'UTC', "
                  "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '') AS newest "
                  "FROM public.{} WHERE \"time\" > $1::timestamptz",
                  ports::sqlName(newer.table)),
      {core::formatUtc(moment)});
  newer.count = found.number(0, "entries");
  newer.newest = found.text(0, "newest");
  return newer;
}

Assessment assess(const Environment& environment, backup::StoredSet set, core::Progress& progress) {
  Assessment assessment;
  assessment.set = std::move(set);
  database::Database database(environment.world, environment.instance);
  const auto admin = environment.admin();
  assessment.target.database = database.name();
  assessment.target.system_identifier = database::identityOf(*admin).system;
  const auto oid = databaseOid(*admin, database.name());
  assessment.live_exists = oid.has_value();
  if (!oid) return assessment;
  assessment.target.oid = *oid;
  progress.say("comparing the live database with the set");
  const database::Facts live =
      database::measure(database, database.name(),
                        database::effectiveJobs(environment.instance.backup.jobs), progress);
  assessment.comparison = database::compare(assessment.set.manifest->database, live);
  const auto session = database.admin(database.name());
  assessment.newer = newerChanges(*session, assessment.set.manifest->taken());
  return assessment;
}

std::string inWords(const Assessment& assessment, core::Time now) {
  const core::Time taken = assessment.set.manifest->taken();
  std::string text = fmt::format("Set {}: taken {} ({} UTC), {} ago\n", assessment.set.id,
                                 core::formatLocal(taken), core::formatUtc(taken).substr(0, 19),
                                 core::formatDuration(now - taken));
  if (!assessment.live_exists) {
    return text +
           fmt::format("Database {} does not exist on the server.\n", assessment.target.database);
  }
  if (assessment.comparison.equal()) {
    text += fmt::format("Database {} equals the set.\n", assessment.target.database);
  } else {
    text += fmt::format("Database {} differs from the set:\n", assessment.target.database);
  }
  text += differencesInWords(assessment.comparison);
  if (!assessment.newer.table.empty()) {
    text +=
        fmt::format("Leaves the live database with it: {} after the set{}\n",
                    core::plural(assessment.newer.count, "change-log entry", "change-log entries"),
                    assessment.newer.newest.empty() ? "" : ", newest " + assessment.newer.newest);
  }
  return text;
}

core::Json toJson(const Assessment& assessment) {
  core::Json differences = core::Json::array();
  for (const database::Difference& each : assessment.comparison.differences) {
    differences.push_back({{"aspect", database::aspectName(each.aspect)},
                           {"object", each.object},
                           {"in_set", each.expected},
                           {"now", each.found}});
  }
  core::Json json{{"set", assessment.set.id},
                  {"taken", core::formatUtc(assessment.set.manifest->taken())},
                  {"database", assessment.target.database},
                  {"database_exists", assessment.live_exists},
                  {"system_identifier", assessment.target.system_identifier},
                  {"differences", std::move(differences)},
                  {"not_compared", assessment.comparison.undetermined}};
  json["newer_change_log_entries"] =
      assessment.newer.table.empty() ? core::Json(nullptr) : core::Json(assessment.newer.count);
  return json;
}

}  // namespace restore
