#pragma once

#include <vector>

#include "commands/verb.hpp"

namespace commands {

/// Every exit status that this program gives, in order (docs/exit-status.md has the same table).
const std::vector<ExitLine>& allExits();

/// The statuses of one verb: its own, and those that every verb can give.
std::vector<ExitLine> exitsOf(const Verb& verb);

}  // namespace commands
