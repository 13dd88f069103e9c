#pragma once

#include "commands/verb.hpp"

namespace commands {

Noun statusNoun();

}  // namespace commands
