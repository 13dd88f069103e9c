#pragma once

#include "commands/verb.hpp"

namespace commands {

Noun validateNoun();

}  // namespace commands
