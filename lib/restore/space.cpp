#include "lib/restore/space.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace restore {
namespace {

constexpr const char* kId = "restore.room";
/// The copy grows to the size of the original, its indexes are sorted in temporary files, and the
/// write-ahead log of the load stays until the next checkpoints.
constexpr double kFactor = 1.2;

bool onThisHost(const std::string& host) {
  return host.empty() || host[0] == '/' || host == "localhost" || host == "127.0.0.1" ||
         host == "::1";
}

}  // namespace

std::uint64_t roomNeeded(std::uint64_t database_bytes) {
  return static_cast<std::uint64_t>(static_cast<double>(database_bytes) * kFactor);
}

core::CheckResult checkRoom(const Environment& environment, std::uint64_t database_bytes) {
  const std::string needed = core::formatBytes(roomNeeded(database_bytes));
  const auto unknown = [&](const std::string& why) {
    return check(kId, "room for a second copy", core::Outcome::unknown, why, needed + " free",
                 "Look at the free space of the server's data folder.");
  };
  if (!onThisHost(environment.instance.database.admin.host)) {
    return unknown("the server is on another host");
  }
  try {
    const std::string folder =
        environment.admin()
            ->query("SELECT coalesce(current_setting('data_directory', true), '') AS folder")
            .text(0, "folder");
    if (folder.empty()) return unknown("the server does not tell its data folder");
    const std::uint64_t free = environment.world.files.freeBytes(folder);
    return check(kId, folder,
                 free >= roomNeeded(database_bytes) ? core::Outcome::pass : core::Outcome::fail,
                 core::formatBytes(free) + " free", needed + " free",
                 "Make room: the old database stays beside the new one. `sotctl restore finish` "
                 "drops what an earlier restore kept.");
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return unknown(error.what());
  }
}

}  // namespace restore
