#pragma once

#include "commands/verb.hpp"

namespace commands {

Noun serviceNoun();

Verb serviceStatus();
Verb serviceRestart();
Verb serviceStop();
Verb serviceStart();
Verb serviceLogs();
Verb serviceHold();
Verb serviceRelease();

}  // namespace commands
