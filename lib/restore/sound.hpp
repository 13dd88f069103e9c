#pragma once

#include <optional>
#include <vector>

#include "lib/backup/manifest.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// Whether the live database can be worked with: sequences are ahead of their tables
/// ("restore.sequences"), extensions are those of the set ("restore.extensions"), the application's
/// role may use what is there ("restore.owners"), collations have the versions that its indexes
/// were made with ("restore.collations"), and what the change log has last ("restore.newest").
/// Reads only. What could not be looked at is unknown. `manifest`: of the set that it came from,
/// where there is one.
std::vector<core::CheckResult> checkSound(const Environment& environment,
                                          const std::optional<backup::Manifest>& manifest);

}  // namespace restore
