#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/adapters/account.hpp"
#include "lib/adapters/descriptor.hpp"
#include "lib/ports/shell.hpp"

namespace adapters {

/// Everything that a child needs, worked out before the fork: between fork and exec only calls
/// that are safe in a copy of a process with threads are allowed, and those allocate nothing.
struct Launch {
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // NAME=value
  std::vector<std::string> programs;     // paths to try, in this order
  std::string directory;
  std::optional<Account> account;  // nothing: ours
  unsigned file_mask = 0077;
  Descriptor in, out, err;  // the child's ends
};

/// Errors: not_found (account), usage (empty argv, NUL byte).
Launch prepareLaunch(const ports::Command& command);

/// Starts the program and gives its process id. It leads a process group of its own and gets
/// SIGTERM when the calling *thread* ends (so says PR_SET_PDEATHSIG): call it from one that stays.
/// Errors: not_found (program or folder), denied, unexpected.
pid_t spawn(const Launch& launch);

}  // namespace adapters
