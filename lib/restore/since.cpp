#include "lib/restore/since.hpp"

#include <fmt/format.h>

#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/database/measure.hpp"

namespace restore {
namespace {

bool isData(database::Aspect aspect) {
  return aspect == database::Aspect::rows || aspect == database::Aspect::content;
}

}  // namespace

WrittenSince writtenSince(const Environment& environment, const std::string& set,
                          core::Progress& progress) {
  WrittenSince written;
  try {
    const backup::StoredSet from = backup::Store(environment.world, environment.instance).find(set);
    if (!from.manifest) {
      written.why_not = fmt::format("set {} can't be read: {}", set, from.broken);
      return written;
    }
    database::Database database(environment.world, environment.instance);
    const database::Facts now =
        database::measure(database, database.name(),
                          database::effectiveJobs(environment.instance.backup.jobs), progress);
    written.comparison = database::compare(from.manifest->database, now);
    written.determined = true;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    written.why_not = error.what();
  }
  return written;
}

std::string inWords(const WrittenSince& written) {
  if (!written.determined) {
    return fmt::format("Written since: could not determine: {}\n", written.why_not);
  }
  std::string text;
  for (const database::Difference& each : written.comparison.differences) {
    if (!isData(each.aspect)) continue;
    text += each.aspect == database::Aspect::content
                ? fmt::format("  {}: as many rows as then, with other values\n", each.object)
                : fmt::format("  {}: {} when it was put in, {} now\n", each.object, each.expected,
                              each.found);
  }
  if (text.empty()) return "Nothing was written since it was put in.\n";
  return "Written since it was put in; stays in the database that is kept:\n" + text;
}

core::Json toJson(const WrittenSince& written) {
  if (!written.determined) return {{"determined", false}, {"why_not", written.why_not}};
  core::Json tables = core::Json::array();
  for (const database::Difference& each : written.comparison.differences) {
    if (!isData(each.aspect)) continue;
    tables.push_back({{"object", each.object}, {"then", each.expected}, {"now", each.found}});
  }
  return {{"determined", true}, {"tables", std::move(tables)}};
}

}  // namespace restore
