#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/migrations/tree.hpp"
#include "lib/ports/files.hpp"

namespace migrations {

/// What a person still has to do in a squash file that squashmigrations wrote.
struct Lint {
  unsigned line = 0;
  std::string what;
};

/// The comment that says that nobody has looked at it, functions that have to be copied from the
/// replaced files, functions that serve only the way back, the order of imports.
/// Errors: corrupt, as readMigration.
std::vector<Lint> lintSquash(std::string_view source);

/// Checks of a tree that need nothing but its files: each squash file, the graph for an empty
/// database, and settings that were only meant for the comparison (django_extensions).
std::vector<core::CheckResult> checkSquashes(ports::Files& files, const Code& code);

/// Whether a replaced migration ran in the output of `manage.py migrate`; `path` names it.
core::CheckResult checkMigrateOutput(const Code& code, std::string_view output,
                                     const std::string& path);

}  // namespace migrations
