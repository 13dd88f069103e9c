#include <fmt/format.h>

#include "lib/config/read.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

KeepSettings readKeep(Table& table) {
  KeepSettings keep;
  const auto count = [&](const char* key) { return table.number(key, 0, 0, 10000); };
  keep.last = count("last");
  keep.hourly = count("hourly");
  keep.daily = count("daily");
  keep.weekly = count("weekly");
  keep.monthly = count("monthly");
  keep.yearly = count("yearly");
  const std::string within = table.text("within");
  if (const auto duration = core::parseDuration(within)) {
    keep.within = *duration;
  } else if (!within.empty()) {
    table.complain("within", fmt::format("is \"{}\"; it must be a duration such as \"48h\" or "
                                         "\"3d\"",
                                         core::printable(within)));
  }
  table.finish();
  if (keep.empty()) table.complainHere("keeps nothing: give at least one rule, such as daily = 7");
  return keep;
}

}  // namespace

BackupSettings readBackup(Table& table) {
  BackupSettings backup;
  backup.folder = table.absolutePath("folder", backup.folder);
  backup.jobs = table.number("jobs", 0, 0, 64);
  backup.files = table.texts("files");
  for (const std::string& path : backup.files) {
    const bool plain = path.starts_with('/') && path.size() > 1 && !path.ends_with('/') &&
                       (path + "/").find("/../") == std::string::npos;
    if (plain) continue;
    table.complain("files", fmt::format("names \"{}\", which is no whole path of a file or folder",
                                        core::printable(path)));
  }
  if (auto keep = table.table("keep")) {
    backup.keep = readKeep(*keep);
    table.keepOrigin("keep");
  }
  table.finish();
  return backup;
}

}  // namespace config
