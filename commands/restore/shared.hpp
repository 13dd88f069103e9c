#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/step/run.hpp"

namespace commands {

/// A database on the server, beside the live one.
struct Beside {
  std::string name;
  std::int64_t oid = 0;
  std::uint64_t bytes = 0;
};

/// What a restore, or the undo of one, put aside, and what of it is still there.
struct Kept {
  step::Run run;                    // the newest that put it aside
  std::vector<std::string> runs{};  // its id, and those of what it takes back: any of them means it
  std::optional<Beside> database{};  // by name and object id
  std::vector<std::string> files{};  // paths
};

/// What is kept, newest first. `runs` are those of one instance, newest first; `there` are the
/// server's databases; `exists` tells whether a path is there.
std::vector<Kept> keptBy(const std::vector<step::Run>& runs, const std::vector<Beside>& there,
                         const std::function<bool(const std::string&)>& exists);

}  // namespace commands
