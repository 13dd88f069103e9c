#pragma once

#include <string>
#include <vector>

#include "lib/backup/manifest.hpp"
#include "lib/backup/roots.hpp"
#include "lib/core/progress.hpp"
#include "lib/ports/world.hpp"

namespace backup {

/// Copies the parts' files into `folder`, one archive each, and says what became of them. What
/// can't be read, is no plain file, folder or link of its own tree, or goes while it is copied is
/// left out and told; what changes while it is copied is in the archive, and told.
/// Errors: unexpected (disk full), refused (less free than the files have bytes), interrupted.
std::vector<Part> copyParts(ports::World& world, const Roots& roots,
                            const std::vector<std::string>& parts, const std::string& folder,
                            core::Progress& progress);

/// Reads a part's archive to its end, content included. Errors: corrupt, naming `name`; what it
/// holds does not match the manifest's count.
void checkPart(core::Source& archive, const std::string& name, const Part& part);

}  // namespace backup
