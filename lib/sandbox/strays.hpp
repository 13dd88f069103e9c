#pragma once

#include <string>
#include <vector>

#include "lib/sandbox/site.hpp"

namespace sandbox {

/// Ends what an `up` that was killed left running without a pid file: programs that `up` starts,
/// under the sandbox's account, with one of `folders` in their command. Somebody's editor or psql
/// is none of these.
/// Errors: timed_out.
void stopStrays(Site& site, const std::vector<std::string>& folders);

}  // namespace sandbox
