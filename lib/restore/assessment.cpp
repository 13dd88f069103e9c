#include "lib/restore/assessment.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/measure.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/space.hpp"

namespace restore {
namespace {

constexpr auto kDoubtful = std::chrono::hours(2);
constexpr auto kEver = std::chrono::hours(24 * 365 * 100);
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

std::string changesInWords(const Assessment& assessment) {
  std::string text;
  if (assessment.newer.count > 0) {
    text += fmt::format("Would leave the live database: {} logged after the set\n",
                        core::plural(assessment.newer.count, "change", "changes"));
    if (assessment.newer.newest) {
      text += fmt::format("  newest {}\n", inWords(*assessment.newer.newest));
    }
  }
  if (assessment.just_before.deletions > 0) {
    text += fmt::format(
        "In the two hours before the set {} logged; it may hold the damage already:\n",
        core::plural(assessment.just_before.deletions, "deletion was", "deletions were"));
    for (const Change& each : assessment.just_before.deleted) text += "  " + inWords(each) + "\n";
  }
  return text;
}

}  // namespace

Assessment assess(const Environment& environment, backup::StoredSet set, core::Progress& progress) {
  Assessment assessment;
  assessment.set = std::move(set);
  database::Database database(environment.world, environment.instance);
  const auto admin = environment.admin();
  assessment.target.database = database.name();
  assessment.target.system_identifier = database::identityOf(*admin).system;
  const auto oid = databaseOid(*admin, database.name());
  assessment.live_exists = oid.has_value();
  assessment.room = checkRoom(environment, assessment.set.manifest->database.settings.bytes);
  if (!oid) return assessment;
  assessment.target.oid = *oid;
  progress.say("comparing the live database with the set");
  const database::Facts& in_set = assessment.set.manifest->database;
  const database::Facts live = database::measure(
      database, database.name(), database::effectiveJobs(environment.instance.backup.jobs),
      progress, &in_set);
  assessment.comparison = database::compare(in_set, live);
  const auto session = database.admin(database.name());
  const core::Time taken = assessment.set.manifest->taken();
  assessment.newer = changesBetween(*session, taken, taken + kEver);
  assessment.just_before = changesBetween(*session, taken - kDoubtful, taken);
  return assessment;
}

std::string inWords(const Assessment& assessment, core::Time now) {
  const core::Time taken = assessment.set.manifest->taken();
  std::string text =
      fmt::format("Set {}: taken {} ({}), {} ago\n", assessment.set.id, core::formatLocal(taken),
                  core::compactUtc(taken), core::formatDuration(now - taken));
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
  text += changesInWords(assessment);
  if (assessment.room.outcome == core::Outcome::unknown) {
    text += fmt::format("Room for a second copy ({} needed): could not determine: {}\n",
                        assessment.room.wanted, assessment.room.found);
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
  json["changes_after"] = toJson(assessment.newer);
  json["changes_in_two_hours_before"] = toJson(assessment.just_before);
  json["room"] = {{"outcome", core::outcomeName(assessment.room.outcome)},
                  {"found", assessment.room.found},
                  {"wanted", assessment.room.wanted}};
  return json;
}

}  // namespace restore
