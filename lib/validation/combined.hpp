#pragma once

#include <string>
#include <vector>

#include "lib/checks/kinds.hpp"

namespace validation {

/// One result out of many: the worst outcome, and what the worst of them say; `well` where all are.
checks::CheckResult combined(const std::string& subject,
                             const std::vector<core::CheckResult>& results,
                             const std::string& well);

/// "a, b, c and 4 more".
std::string someOf(const std::vector<std::string>& all, std::size_t most = 4);

}  // namespace validation
