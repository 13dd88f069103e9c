#include "lib/restore/assessment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/moment.hpp"
#include "lib/core/text.hpp"
#include "lib/database/measure.hpp"
#include "lib/database/pooler.hpp"
#include "lib/restore/fit.hpp"
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

std::uint64_t sizeOf(ports::Sql& sql, std::int64_t oid) {
  return static_cast<std::uint64_t>(
      sql.query("SELECT pg_database_size($1::oid) AS bytes", {std::to_string(oid)})
          .number(0, "bytes"));
}

std::vector<core::CheckResult> withFit(const Assessment& assessment) {
  std::vector<core::CheckResult> all = assessment.needs;
  all.push_back(assessment.fit);
  return all;
}

/// The server that stamps a set and this host need not agree to the second.
constexpr core::Duration kClocksDiffer = std::chrono::minutes(1);

std::string ageInWords(core::Time taken, core::Time now) {
  if (taken > now + kClocksDiffer) {
    return fmt::format("{} from now: A CLOCK WAS PUT BACK, and no age can be trusted",
                       core::formatDuration(taken - now));
  }
  return core::formatDuration(std::max(core::Duration::zero(), core::Duration(now - taken))) +
         " ago";
}

std::string sourceInWords(const Assessment& assessment, core::Time now) {
  const backup::Manifest& manifest = *assessment.set.manifest;
  const std::string version =
      manifest.product_version.empty() ? "version not known" : manifest.product_version;
  return fmt::format(
      "Source: set {}, {}\n  data of {}, {}\n  {} ({}) of instance {} ({}), PostgreSQL {}; {} "
      "in files, {} as a database\n",
      assessment.set.id, assessment.set.folder, core::formatBoth(manifest.taken()),
      ageInWords(manifest.taken(), now), core::printable(manifest.product),
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

Assessment assess(const Environment& environment, backup::StoredSet set, core::Progress& progress,
                  bool replace) {
  Assessment assessment;
  assessment.set = std::move(set);
  database::Database database(environment.world, environment.instance);
  database::refusePooler(database);
  const auto admin = environment.admin();
  const database::Identity server = database::identityOf(*admin);
  if (server.in_recovery) throw standby(environment.instance);
  assessment.server_major = server.major();
  assessment.target.database = database.name();
  assessment.target.system_identifier = server.system;
  const auto oid = databaseOid(*admin, database.name());
  assessment.live_exists = oid.has_value();
  assessment.needs = checkNeeds(environment, assessment.set.manifest->database.settings.bytes,
                                replace && oid ? sizeOf(*admin, *oid) : 0);
  assessment.fit = fitOfSet(environment, assessment.set);
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
         checks::text(withFit(assessment), false);
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
  json["needs"] = checks::toJson(withFit(assessment));
  json["expected"] = toJson(assessment.expected);
  json["bytes"] = {{"files", assessment.set.manifest->bytes()},
                   {"database", assessment.set.manifest->database.settings.bytes}};
  return json;
}

}  // namespace restore
