#include <fmt/format.h>

#include "commands/backup/backup.hpp"
#include "commands/backup/shared.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct BackupListOptions {};

void bind(Arguments&, BackupListOptions&) {}

core::Json documentOf(const backup::Store& store, const std::vector<backup::StoredSet>& sets,
                      const std::vector<std::string>& unfinished, core::Time now) {
  core::Json list = core::Json::array();
  for (const backup::StoredSet& set : sets) list.push_back(backup_shared::setToJson(set, now));
  return {{"folder", store.folder()}, {"sets", std::move(list)}, {"unfinished", unfinished}};
}

std::vector<std::string> lineOf(const backup::StoredSet& set, core::Time now) {
  const std::string state = set.good() ? "good" : set.undetermined ? "unknown" : "BROKEN";
  const std::string pin = set.pin ? "pinned" : set.pin_unknown ? "?" : "";
  if (!set.manifest) return {set.id, state, pin, "", "", "", "", set.broken};
  const backup::Manifest& manifest = *set.manifest;
  return {set.id,
          state,
          pin,
          backup_shared::ageInWords(manifest.taken(), now),
          core::formatBytes(manifest.bytes()),
          core::formatCount(manifest.database.rows()),
          manifest.database.identity.server_version_text.substr(
              0, manifest.database.identity.server_version_text.find(' ')),
          set.broken.empty() ? core::printable(manifest.description) : set.broken};
}

std::string textOf(const backup::Store& store, const std::vector<backup::StoredSet>& sets,
                   core::Time now) {
  if (sets.empty()) {
    return fmt::format("no backup sets in {}\n", store.folder());
  }
  out::Table table({"SET", "STATE", "PIN", "TAKEN", "SIZE", "ROWS", "SERVER", "REMARK"});
  table.alignRight(4);
  table.alignRight(5);
  for (const backup::StoredSet& set : sets) table.add(lineOf(set, now));
  return table.text();
}

int run(Context& context, const BackupListOptions&) {
  backup::Store store(context.world(), context.instance(Need::look));
  const core::Time now = context.world().clock.now();
  const auto sets = store.list();
  const auto unfinished = store.unfinished();
  context.out().result(documentOf(store, sets, unfinished, now), textOf(store, sets, now));
  for (const std::string& folder : unfinished) {
    context.out().note(
        fmt::format("begun and not finished: {} (see: sotctl run list; removed by: sotctl backup "
                    "prune --broken)",
                    folder));
  }
  return 0;
}

}  // namespace

Verb backupList() {
  return makeVerb<BackupListOptions>(
      {"list",
       "list the backup sets, newest first",
       "Lists what lies in the backup folder of the instance. The age counts from the moment whose "
       "data a set holds, not from the end of the dump. \"good\" means that the manifest is whole "
       "and that each file is there with its size: what the files contain is read by `sotctl "
       "backup verify`. Broken sets are listed with what is wrong with them.",
       {"sotctl backup list", "sotctl backup list -o json"},
       {{3, "the configuration is wrong"},
        {4, "there is no such instance"},
        {8, "the backup folder may not be read"}},
       {}},
      bind, run);
}

}  // namespace commands
