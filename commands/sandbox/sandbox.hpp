#pragma once

#include "commands/verb.hpp"

namespace commands {

/// `sotctl sandbox up|down|status`.
Noun sandboxNoun();

Verb sandboxUp();
Verb sandboxDown();
Verb sandboxStatus();

}  // namespace commands
