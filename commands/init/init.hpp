#pragma once

#include "commands/verb.hpp"

namespace commands {

Noun initNoun();

}  // namespace commands
