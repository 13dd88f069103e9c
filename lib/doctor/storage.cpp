#include <fmt/format.h>

#include "lib/config/trust.hpp"
#include "lib/core/text.hpp"
#include "lib/doctor/doctor.hpp"
#include "lib/doctor/outcome.hpp"

namespace doctor {
namespace {

/// Who else than owner and group may do something in the backup folder: it holds everything that
/// the database holds.
core::CheckResult folderMode(ports::World& world, const std::string& folder,
                             const ports::FileInfo& info) {
  const std::string id = "backup.folder";
  const std::string subject = "backup folder " + folder;
  const std::string mode =
      fmt::format("mode {}, owner {}", config::modeInWords(info.mode), info.owner_name);
  if (info.type != ports::FileType::folder) {
    return failed(id, subject, "is not a folder", "Correct folder in the [backup] section.");
  }
  // Passing through (x) is what pg_dump's account needs; each set in it is closed.
  if ((info.mode & 06) != 0) {
    return failed(id, subject, mode + ": everybody on this host may read or write it",
                  "Backup sets hold all secrets of the database. Run `chmod o-rw " +
                      core::shellQuote(folder) + "`.");
  }
  if ((info.mode & 020) != 0) {
    return warned(id, subject, mode + ": its group may write it",
                  "Whoever may change sets can change what a restore brings back. Run `chmod g-w " +
                      core::shellQuote(folder) + "`.");
  }
  if (!world.files.may(folder, 'w')) {
    return unknown(id, subject, mode + ": " + world.caller.account + " may not write it",
                   "Run backup commands as root (sudo), or as " + info.owner_name + ".");
  }
  return passed(id, subject, mode);
}

}  // namespace

Results checkBackup(ports::World& world, const config::Instance& instance) {
  const std::string& folder = instance.backup.folder;
  return {checked("backup.folder", "backup folder " + folder, [&] {
    const auto info = world.files.info(folder);
    if (info && info->type == ports::FileType::link) {
      const auto real = world.files.resolve(folder);
      if (real) return folderMode(world, folder, *world.files.info(*real));
    }
    if (info) return folderMode(world, folder, *info);
    return warned("backup.folder", "backup folder " + folder, "does not exist",
                  "`sotctl backup create` makes it.");
  })};
}

}  // namespace doctor
