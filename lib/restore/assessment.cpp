#include "lib/restore/assessment.hpp"

#include <fmt/format.h>

#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/moment.hpp"
#include "lib/core/text.hpp"
#include "lib/database/measure.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/needs.hpp"
#include "lib/restore/outbound.hpp"

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
  if (!assessment.newer.known) text += "Changes since: could not determine: no change log\n";
  if (assessment.newer.count > 0) {
    text += fmt::format("Would leave the live database: {} logged after the set\n",
                        core::plural(assessment.newer.count, "change", "changes"));
    if (assessment.newer.newest) {
      text += fmt::format("  newest {}\n", inWords(*assessment.newer.newest));
    }
  }
  return text + damageInWords(assessment);
}

core::Error standby(const config::Instance& instance) {
  const std::string& host = instance.database.admin.host;
  return {core::Kind::refused,
          fmt::format("the server of database {} on {} is a standby: nothing can be written there",
                      instance.database.name, host.empty() ? "the socket" : host),
          "Name the primary in the instance's database.admin."};
}

std::string sourceInWords(const Assessment& assessment, core::Time now) {
  const backup::Manifest& manifest = *assessment.set.manifest;
  const std::string version =
      manifest.product_version.empty() ? "version not known" : manifest.product_version;
  return fmt::format(
      "Source: set {}, {}\n  data of {}, {} ago\n  {} ({}) of instance {} ({}), PostgreSQL {}; {} "
      "in files, {} as a database\n",
      assessment.set.id, assessment.set.folder, core::formatBoth(manifest.taken()),
      core::formatDuration(now - manifest.taken()), core::printable(manifest.product),
      core::printable(version), core::printable(manifest.instance),
      core::printable(manifest.environment),
      core::printable(manifest.database.identity.server_version_text),
      core::formatBytes(manifest.bytes()), core::formatBytes(manifest.database.settings.bytes));
}

std::string targetInWords(const Assessment& assessment, const config::Instance& instance) {
  const Target& target = assessment.target;
  return fmt::format(
      "Target: instance {} ({}), database {} ({}) on the server with system identifier {}\n"
      "  another database or server at that time is refused\n",
      instance.name, config::environmentName(instance.environment),
      core::printable(target.database),
      assessment.live_exists ? fmt::format("oid {}", target.oid) : "does not exist",
      target.system_identifier);
}

std::string lossInWords(const Assessment& assessment) {
  if (!assessment.live_exists) return {};
  std::string text =
      fmt::format("Database {} {}\n", assessment.target.database,
                  assessment.comparison.equal()
                      ? "equals the set."
                      : "differs from the set; what it has alone would leave the live database:");
  for (const std::string& table : assessment.switched_off) {
    text += fmt::format("  table public.{}: only what the restore switched off\n", table);
  }
  return text + differencesInWords(assessment.comparison) + changesInWords(assessment);
}

}  // namespace

Assessment assess(const Environment& environment, backup::StoredSet set, core::Progress& progress) {
  Assessment assessment;
  assessment.set = std::move(set);
  database::Database database(environment.world, environment.instance);
  const auto admin = environment.admin();
  const database::Identity server = database::identityOf(*admin);
  if (server.in_recovery) throw standby(environment.instance);
  assessment.target.database = database.name();
  assessment.target.system_identifier = server.system;
  const auto oid = databaseOid(*admin, database.name());
  assessment.live_exists = oid.has_value();
  assessment.needs = checkNeeds(environment, assessment.set.manifest->database.settings.bytes);
  if (!oid) return assessment;
  assessment.target.oid = *oid;
  progress.say("comparing the live database with the set");
  const database::Facts& in_set = assessment.set.manifest->database;
  const database::Facts live = database::measure(
      database, database.name(), database::effectiveJobs(environment.instance.backup.jobs),
      progress, &in_set);
  assessment.comparison = database::compare(in_set, live);
  assessment.switched_off = withoutOutbound(environment, assessment.set.id, assessment.comparison);
  const auto session = database.admin(database.name());
  const core::Time taken = assessment.set.manifest->taken();
  assessment.newer = changesBetween(*session, taken, taken + kEver);
  assessment.just_before = changesBetween(*session, taken - kDoubtful, taken);
  return assessment;
}

std::string damageInWords(const Assessment& assessment) {
  const Changes& before = assessment.just_before;
  if (!before.known) {
    return "Deletions in the two hours before the set: could not determine: no change log\n";
  }
  if (before.deletions == 0) return {};
  std::string text =
      fmt::format("In the two hours before the set {} logged; it may hold the damage already:\n",
                  core::plural(before.deletions, "deletion was", "deletions were"));
  for (const Change& each : before.deleted) text += "  " + inWords(each) + "\n";
  return text;
}

std::string inWords(const Assessment& assessment, const config::Instance& instance,
                    core::Time now) {
  return sourceInWords(assessment, now) + targetInWords(assessment, instance) +
         lossInWords(assessment) + "Time: " + inWords(assessment.expected) + "\nNeeds:\n" +
         checks::text(assessment.needs, false);
}

core::Json toJson(const Assessment& assessment) {
  core::Json differences = core::Json::array();
  for (const database::Difference& each : assessment.comparison.differences) {
    differences.push_back({{"aspect", database::aspectName(each.aspect)},
                           {"object", each.object},
                           {"in_set", each.expected},
                           {"now", each.found}});
  }
  core::Json json{
      {"set", assessment.set.id},
      {"taken", core::formatUtc(assessment.set.manifest->taken())},
      {"database", assessment.target.database},
      {"database_exists", assessment.live_exists},
      {"oid", assessment.live_exists ? core::Json(assessment.target.oid) : core::Json(nullptr)},
      {"system_identifier", assessment.target.system_identifier},
      {"differences", std::move(differences)},
      {"not_compared", assessment.comparison.undetermined}};
  json["changes_after"] = toJson(assessment.newer);
  json["changes_in_two_hours_before"] = toJson(assessment.just_before);
  json["switched_off"] = assessment.switched_off;
  json["needs"] = checks::toJson(assessment.needs);
  json["expected"] = toJson(assessment.expected);
  json["bytes"] = {{"files", assessment.set.manifest->bytes()},
                   {"database", assessment.set.manifest->database.settings.bytes}};
  return json;
}

}  // namespace restore
