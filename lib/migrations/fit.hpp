#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/migrations/applied.hpp"
#include "lib/migrations/load.hpp"
#include "lib/migrations/tree.hpp"

namespace migrations {

/// Whether a database and an installation's code belong together.
enum class Fit {
  fits,             // the code has what the database has, and nothing more is to be applied
  database_newer,   // the database has rows that the code doesn't know: the code must not serve it
  code_newer,       // migrations of the code are not applied yet: `migrate` has to run first
  can_not_upgrade,  // the code is newer, and Django would refuse to migrate this database
  unknown,          // could not determine; the reasons say why
};
/// "database_newer", for machines.
const char* fitName(Fit fit);

/// The verdict, and what it rests on.
struct FitVerdict {
  Fit fit = Fit::unknown;
  std::string found;  // in words, for people: "the database has 3 migrations that … does not know"
  std::vector<Key> newer{};      // rows of the database that came after the code
  std::vector<Key> pending{};    // what `migrate` would apply, in its order
  std::vector<Key> former{};     // rows of migrations that the code no longer has: harmless
  std::vector<Key> strangers{};  // rows of applications that are not installed: harmless
  /// A row, and the migration of the code that is the same under another number: it would run
  /// twice.
  std::vector<std::pair<Key, Key>> renumbered{};
  std::vector<Problem> problems{};     // why Django would refuse
  std::vector<std::string> reasons{};  // what could not be determined
};

/// Do these rows fit this code? Pure.
FitVerdict judgeFit(const Applied& applied, const Code& code);

/// Does what is in `dump` (a backup set's folder, an archive's folder or a plain dump; see
/// appliedInFile) fit the installation at `place`? For a restore: ask before it loads anything.
///
///   migrations::FitVerdict verdict = migrations::fitOfDump(
///       world.files, set.folder, {instance.root, instance.product, instance.settings,
///                                 instance.interpreter});
///
/// Reads both; runs nothing; takes 10 to 60 ms. What could not be read makes `unknown` with the
/// reasons; it throws only interrupted.
FitVerdict fitOfDump(ports::Files& dump_files, const std::string& dump, ports::Files& code_files,
                     const CodePlace& place);
inline FitVerdict fitOfDump(ports::Files& files, const std::string& dump, const CodePlace& place) {
  return fitOfDump(files, dump, files, place);
}

/// The same for the database that `session` is connected to.
FitVerdict fitOfDatabase(ports::Sql& session, const std::string& name, ports::Files& code_files,
                         const CodePlace& place);

}  // namespace migrations
