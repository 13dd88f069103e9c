#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/backup/store.hpp"
#include "lib/core/json_fwd.hpp"
#include "lib/core/progress.hpp"
#include "lib/database/database.hpp"

namespace backup {

/// What a new set is to be.
struct Request {
  std::string set;          // its id
  std::string folder;       // FOLDER/INSTANCE, where it will lie
  std::string description;  // by the person; may be empty
  int jobs = 0;             // sessions and threads; 0: as many as there are processors, at most 4
  bool pinned = false;      // from the beginning, for the description's sake
  std::vector<std::string> with{};  // parts beside the database: "media", "config"

  std::string stagingFolder() const { return folder + "/.partial-" + set; }
  std::string finalFolder() const { return folder + "/" + set; }
};

core::Json toJson(const Request& request);
Request requestFromJson(const core::Json& json);

/// Bytes that a new set may need, and where the number comes from: the newest good set's size with
/// a fifth more, else half of the database's.
struct SpaceNeed {
  std::uint64_t bytes = 0;
  std::string reason;
};
SpaceNeed spaceNeeded(database::Database& database, Store& store);

/// Makes the set in its staging folder: removes what an earlier try left there, dumps and measures
/// in one snapshot, reads everything back, compares it with what was measured, writes the manifest
/// last. Everything is on disk afterwards.
/// `copied`, if any, is called from another thread once the snapshot is taken and the files are
/// copied: nobody needs to rest for the set any more.
/// Errors: what PostgreSQL's programs and the server say; unexpected if the dump does not hold what
/// was measured; interrupted. Never leaves a manifest behind when it throws.
Manifest writeSet(database::Database& database, const Request& request, core::Progress& progress,
                  const std::function<void()>& copied = {});

}  // namespace backup
