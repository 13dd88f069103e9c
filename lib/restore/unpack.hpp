#pragma once

#include <string>
#include <vector>

#include "lib/backup/manifest.hpp"
#include "lib/core/progress.hpp"
#include "lib/ports/world.hpp"
#include "lib/restore/files.hpp"

namespace restore {

/// What unpacking did.
struct Unpacking {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t undressed_count = 0;  // whose owner could not be given
  std::string undressed;              // the first of them, with the owner that it had
};

/// Unpacks the targets out of a part's archive, each under its unpackingName(), after removing what
/// an earlier try left there. Everything is on disk afterwards.
/// Errors: corrupt (the archive), what the file system says; interrupted.
Unpacking unpack(ports::World& world, const std::string& archive, const backup::Part& part,
                 const std::vector<FileTarget>& targets, const std::string& run,
                 core::Progress& progress);

}  // namespace restore
