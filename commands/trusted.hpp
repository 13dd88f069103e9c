#pragma once

#include <string>

#include "commands/context.hpp"

namespace commands {

/// Whoever writes a journal says what a run does to databases: before one is acted on, it must be
/// out of everybody's reach but root's and the caller's. Looks at the folder of runs, or at the
/// journal of one run, and at all folders above. Nothing there yet is good.
/// Errors: refused (the path, who could have written there, what to do).
void requireTrustedRuns(Context& context, const std::string& run = {});

}  // namespace commands
