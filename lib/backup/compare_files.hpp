#pragma once

#include <string>
#include <vector>

#include "lib/backup/manifest.hpp"
#include "lib/backup/roots.hpp"
#include "lib/core/progress.hpp"
#include "lib/ports/world.hpp"

namespace backup {

/// How files on the host differ from those in a set.
struct FileDifference {
  enum class What { added, removed, changed };  // since the set was made
  What what = What::changed;
  std::string name;  // in the part's archive
  std::string how;   // of a change: "content", "mode 0640, was 0600", "owner …"
};
const char* whatName(FileDifference::What what);

struct FilesComparison {
  std::vector<FileDifference> differences;
  std::vector<std::string> undetermined;  // what could not be read, and why
  std::size_t compared = 0;

  bool equal() const { return differences.empty() && undetermined.empty(); }
};

/// Reads the archive of a part and the live files under the same names, byte by byte. `roots`: the
/// set's roots that are meant, with the paths where they are looked for. Times of files are not
/// compared, and owners by root alone: nobody else could put them right. Errors: corrupt (the
/// archive), interrupted.
FilesComparison compareFiles(ports::World& world, const std::string& archive, const Part& part,
                             const std::vector<Root>& roots, core::Progress& progress);

}  // namespace backup
