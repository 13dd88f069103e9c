#include "lib/restore/since.hpp"

#include <fmt/format.h>

#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/measure.hpp"

namespace restore {
namespace {

constexpr auto kEver = std::chrono::hours(24 * 365 * 100);

bool isData(database::Aspect aspect) {
  return aspect == database::Aspect::rows || aspect == database::Aspect::content;
}

void compareWithSet(const Environment& environment, const std::string& set, WrittenSince& written,
                    core::Progress& progress) {
  const backup::StoredSet from = backup::Store(environment.world, environment.instance).find(set);
  if (!from.manifest) {
    written.why_not = fmt::format("set {} can't be read: {}", set, from.broken);
    return;
  }
  database::Database database(environment.world, environment.instance);
  const database::Facts now =
      database::measure(database, database.name(),
                        database::effectiveJobs(environment.instance.backup.jobs), progress,
                        &from.manifest->database);
  written.comparison = database::compare(from.manifest->database, now);
  written.determined = true;
}

}  // namespace

WrittenSince writtenSince(const Environment& environment, const std::optional<std::string>& set,
                          core::Time swapped, core::Progress& progress) {
  WrittenSince written;
  try {
    const auto session = database::Database(environment.world, environment.instance)
                             .admin(environment.instance.database.name);
    written.changes = changesBetween(*session, swapped, swapped + kEver);
    if (set) {
      compareWithSet(environment, *set, written, progress);
    } else {
      written.why_not = "the database came from no set: its tables were not measured at the swap";
    }
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    written.why_not = error.what();
  }
  return written;
}

std::string inWords(const WrittenSince& written) {
  std::string text;
  for (const database::Difference& each : written.comparison.differences) {
    if (!isData(each.aspect)) continue;
    text += each.aspect == database::Aspect::content
                ? fmt::format("  {}: as many rows as then, with other values\n", each.object)
                : fmt::format("  {}: {} when it was put in, {} now\n", each.object, each.expected,
                              each.found);
  }
  if (written.changes.newest) {
    text += fmt::format("  {} logged, newest {}\n",
                        core::plural(written.changes.count, "change", "changes"),
                        inWords(*written.changes.newest));
  }
  if (!written.determined) {
    text += fmt::format("  tables: could not determine: {}\n", written.why_not);
  }
  if (text.empty()) return "Nothing was written since it was put in.\n";
  return "Written since the swap; stays in the database that is kept:\n" + text;
}

core::Json toJson(const WrittenSince& written) {
  core::Json json{{"determined", written.determined}};
  if (!written.determined) json["why_not"] = written.why_not;
  json["tables"] = core::Json::array();
  for (const database::Difference& each : written.comparison.differences) {
    if (!isData(each.aspect)) continue;
    json["tables"].push_back(
        {{"object", each.object}, {"then", each.expected}, {"now", each.found}});
  }
  json["changes"] = toJson(written.changes);
  return json;
}

}  // namespace restore
