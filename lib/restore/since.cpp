#include "lib/restore/since.hpp"

#include <fmt/format.h>

#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/measure.hpp"

namespace restore {
namespace {

constexpr auto kEver = std::chrono::hours(24 * 365 * 100);

void compareWithSet(const Environment& environment, const SwappedIn& swapped, WrittenSince& written,
                    core::Progress& progress) {
  const backup::StoredSet from =
      backup::Store(environment.world, environment.instance).find(*swapped.set);
  if (!from.manifest) {
    written.why_not = fmt::format("set {} can't be read: {}", from.id, from.broken);
    return;
  }
  database::Database database(environment.world, environment.instance);
  written.tables = database::writtenSince(
      database, database.name(), from.manifest->database, swapped.transaction,
      database::effectiveJobs(environment.instance.backup.jobs), progress);
  written.why_not = core::join(written.tables.undetermined, "; ");
  written.determined = written.tables.undetermined.empty();
}

const char* waysName(const database::Written& tables) {
  return tables.by_transactions ? "transactions" : "digests";
}

}  // namespace

WrittenSince writtenSince(const Environment& environment, const SwappedIn& swapped,
                          core::Progress& progress) {
  WrittenSince written;
  try {
    const auto session = database::Database(environment.world, environment.instance)
                             .admin(environment.instance.database.name);
    written.changes = changesBetween(*session, swapped.when, swapped.when + kEver);
    if (swapped.set) {
      compareWithSet(environment, swapped, written, progress);
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
  for (const database::WrittenTable& each : written.tables.tables) {
    text += each.then.starts_with("content ")
                ? fmt::format("  {}: as many rows as then, with other values\n", each.object)
                : fmt::format("  {}: {} when it was put in, now {}\n", each.object, each.then,
                              each.now);
  }
  if (written.changes.newest) {
    text += fmt::format("  {} logged, newest {}\n",
                        core::plural(written.changes.count, "change", "changes"),
                        inWords(*written.changes.newest));
  }
  if (!written.determined) {
    text += fmt::format("  tables: could not determine: {}\n", written.why_not);
  }
  if (text.empty()) {
    return fmt::format("Nothing was written since it was put in ({}).\n",
                       written.tables.by_transactions
                           ? "no row is missing or of a later transaction"
                           : "all rows have the digests of then");
  }
  return "Written since the swap; stays in the database that is kept:\n" + text;
}

core::Json toJson(const WrittenSince& written) {
  core::Json json{{"determined", written.determined}};
  if (!written.determined) json["why_not"] = written.why_not;
  if (written.determined) json["told_by"] = waysName(written.tables);
  json["tables"] = core::Json::array();
  for (const database::WrittenTable& each : written.tables.tables) {
    json["tables"].push_back({{"object", each.object}, {"then", each.then}, {"now", each.now}});
  }
  json["changes"] = toJson(written.changes);
  return json;
}

}  // namespace restore
