#pragma once

#include "commands/verb.hpp"

namespace commands {

/// `sotctl completion bash|zsh|fish`.
Noun completionNoun();

Verb completionBash();
Verb completionZsh();
Verb completionFish();

}  // namespace commands
