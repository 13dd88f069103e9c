#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/adapters/descriptor.hpp"
#include "lib/ports/files.hpp"

namespace adapters {

/// What the system says of an entry called `name`.
ports::FileInfo describe(const std::string& name, const struct stat& seen);
/// All entries of an open folder, sorted by name. What goes away meanwhile is no entry.
std::vector<ports::FileInfo> entriesOf(Descriptor folder, const std::string& path);
/// Reads an open plain file. Errors: refused if it is none.
std::unique_ptr<core::Source> sourceOf(Descriptor file, const std::string& path);
/// Reads whatever is open, a pipe or a terminal too.
std::unique_ptr<core::Source> streamOf(Descriptor open, const std::string& name);
/// Target of the link `name` in an open folder (AT_FDCWD: a path).
std::string targetOf(int folder, const std::string& name, const std::string& path);
/// Syncs what lies below an open folder, and the folder.
void syncFolder(const Descriptor& folder, const std::string& path);

}  // namespace adapters
