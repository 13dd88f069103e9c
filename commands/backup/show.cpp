#include <fmt/format.h>

#include <algorithm>

#include "commands/backup/backup.hpp"
#include "commands/backup/shared.hpp"
#include "commands/sets.hpp"
#include "lib/core/text.hpp"
#include "lib/database/compare.hpp"
#include "lib/database/measure.hpp"
#include "lib/restore/files.hpp"

namespace commands {
namespace {

struct BackupShowOptions {
  SetOptions choice;
  bool changed = false;
};

void bind(Arguments& arguments, BackupShowOptions& options) {
  bindSet(arguments, options.choice);
  arguments.flag(
      "--changed", options.changed,
      "compare with the database, and the files of the set with those on this host, now");
}

constexpr std::size_t kTablesShown = 10;

std::string summary(const backup::Manifest& manifest, core::Time now) {
  const database::Facts& facts = manifest.database;
  out::Table table({"", ""});
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) table.add({name, value});
  };
  add("taken", fmt::format("{} ({})", core::formatLocal(manifest.taken()),
                           backup_shared::ageInWords(manifest.taken(), now)));
  add("instance",
      fmt::format("{} ({}{}, {})", manifest.instance, manifest.product,
                  manifest.product_version.empty() ? "" : " " + manifest.product_version,
                  manifest.environment));
  add("description", core::printable(manifest.description));
  add("made by", fmt::format("{} on {}, sotctl {}, in {}", manifest.person, manifest.host,
                             manifest.version, core::formatDuration(manifest.total)));
  add("server", fmt::format("PostgreSQL {}, system {}", facts.identity.server_version_text,
                            facts.identity.system));
  add("dumped with", manifest.dumper);
  add("database", fmt::format("{}, {}, owner {}", facts.identity.database,
                              core::formatBytes(facts.settings.bytes), facts.settings.owner));
  add("locale", fmt::format("{} {} {} {}", facts.settings.encoding, facts.settings.provider,
                            facts.settings.collate, facts.settings.locale));
  add("position", facts.lsn);
  add("content", fmt::format("{} tables, {} rows, {} sequences", facts.tables.size(),
                             core::formatCount(facts.rows()), facts.sequences.size()));
  std::vector<std::string> extensions;
  for (const auto& extension : facts.extensions) {
    extensions.push_back(extension.name + " " + extension.version);
  }
  add("extensions", core::join(extensions, ", "));
  if (facts.migrations) {
    add("migrations", fmt::format("{} of {} applications", facts.migrations->count,
                                  facts.migrations->heads.size()));
  }
  if (!manifest.secret_key.empty()) add("secret key", "SHA-256 " + manifest.secret_key);
  add("files", fmt::format("{}, {}", manifest.files.size(), core::formatBytes(manifest.bytes())));
  return table.text();
}

std::string biggestTables(const database::Facts& facts) {
  std::vector<const database::TableFacts*> tables;
  for (const auto& table : facts.tables) tables.push_back(&table);
  std::sort(tables.begin(), tables.end(), [](const auto* a, const auto* b) {
    return std::pair(b->bytes, a->object()) < std::pair(a->bytes, b->object());
  });
  out::Table table({"BIGGEST TABLES", "ROWS", "SIZE"});
  table.alignRight(1);
  table.alignRight(2);
  for (std::size_t i = 0; i < std::min(kTablesShown, tables.size()); ++i) {
    table.add({tables[i]->object(), tables[i]->rows ? core::formatCount(*tables[i]->rows) : "?",
               core::formatBytes(tables[i]->bytes)});
  }
  return table.text();
}

std::string withoutDigest(const database::Facts& facts) {
  std::string text;
  for (const auto& table : facts.tables) {
    if (!table.digest) text += fmt::format("no digest of {}: {}\n", table.object(), table.unknown);
  }
  return text;
}

/// One line for each thing that differs; rows with the change of their number.
std::string differencesInWords(const database::Comparison& comparison) {
  std::string text;
  for (const database::Difference& each : comparison.differences) {
    text += each.aspect == database::Aspect::content
                ? fmt::format("  {}: as many rows, other values\n", each.object)
                : fmt::format("  {}: {}, now {}\n", each.object, each.expected, each.found);
  }
  for (const std::string& each : comparison.undetermined) {
    text += fmt::format("  could not be compared: {}\n", each);
  }
  return text;
}

core::Json toJson(const database::Comparison& comparison) {
  core::Json list = core::Json::array();
  for (const database::Difference& each : comparison.differences) {
    list.push_back({{"aspect", database::aspectName(each.aspect)},
                    {"object", each.object},
                    {"in_set", each.expected},
                    {"now", each.found}});
  }
  return list;
}

/// Measures the database as it is, and reads the files.
int showChanged(Context& context, const backup::StoredSet& set, core::Json document) {
  const config::Instance& instance = context.instance(Need::look);
  database::Database database(context.world(), instance);
  core::Progress& progress = context.out().progress();
  const database::Facts now = database::measure(
      database, database.name(), database::effectiveJobs(instance.backup.jobs), progress);
  const database::Comparison found = database::compare(set.manifest->database, now);
  std::vector<std::string> parts;
  for (const backup::Part& part : set.manifest->parts) {
    if (!part.archive.empty()) parts.push_back(part.name);
  }
  const restore::FilesPlan files =
      restore::planFiles({context.world(), instance}, set, parts, progress);
  document["differences"] = toJson(found);
  document["not_compared"] = found.undetermined;
  document.update(restore::toJson(files));
  const bool equal = found.equal() && files.equal();
  document["changed_since"] = !equal;
  std::string text =
      fmt::format("Since set {} ({}):\n", set.id,
                  backup_shared::ageInWords(set.manifest->taken(), context.world().clock.now()));
  text += found.proven()
              ? fmt::format("Database {}: nothing changed.\n", database.name())
              : fmt::format("Database {}:\n", database.name()) + differencesInWords(found);
  text += restore::inWords(files);
  context.out().result(document, text);
  if (!equal) {
    throw core::Error(core::Kind::failed_check,
                      fmt::format("something changed since set {}", set.id),
                      fmt::format("What a restore would do: sotctl restore plan {}", set.id));
  }
  if (!found.proven() || !files.alreadySo()) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("could not compare all of set {}", set.id),
                      "The lines above say which right is missing.");
  }
  return 0;
}

int run(Context& context, const BackupShowOptions& options) {
  backup::Store store(context.world(), context.instance(Need::look));
  const backup::StoredSet set = chosenSet(context, store, options.choice);
  const core::Time now = context.world().clock.now();
  core::Json document = backup_shared::setToJson(set, now);
  std::string text = fmt::format("set {} in {}\n", set.id, set.folder);
  if (!set.broken.empty()) text += fmt::format("BROKEN: {}\n", set.broken);
  if (set.pin) text += fmt::format("pinned {}\n", set.pin->inWords());
  if (set.manifest) {
    document["manifest"] = core::Json::parse(backup::writeManifest(*set.manifest));
    text += summary(*set.manifest, now) + "\n" + backup_shared::partsInWords(*set.manifest) +
            biggestTables(set.manifest->database) + withoutDigest(set.manifest->database);
  }
  if (options.changed && set.good()) return showChanged(context, set, std::move(document));
  context.out().result(document, text);
  if (!set.good()) {
    throw core::Error(set.undetermined ? core::Kind::undetermined : core::Kind::corrupt,
                      fmt::format("backup set {} can't be used: {}", set.id, set.broken),
                      fmt::format("Read all of it with: sotctl backup verify {}", set.id));
  }
  return 0;
}

}  // namespace

Verb backupShow() {
  return makeVerb<BackupShowOptions>(
      {"show",
       "show what a backup set holds",
       "Shows a set's manifest: when, of what and by whom it was made, what was measured in the "
       "database at that moment, and its biggest tables. With -o json the whole manifest with the "
       "row count and digest of each table.\n\n"
       "With --changed the database is measured and compared with the set: number and digest of "
       "the "
       "rows of each table, sequences, definitions, rights; and the set's files with those on this "
       "host.",
       {"sotctl backup show --newest", "sotctl backup show --newest --changed",
        "sotctl backup show 20261121T0300 -o json"},
       {{3, "the configuration is wrong"},
        {4, "there is no such set or instance"},
        {7, "--changed: the database server can't be reached"},
        {8, "the backup folder may not be read"},
        {10, "--changed: something differs"},
        {11, "the set is broken"},
        {13, "the set could not be looked at, or not all of it be compared"}},
       {}},
      bind, run);
}

}  // namespace commands
