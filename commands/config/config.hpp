#pragma once

#include "commands/verb.hpp"

namespace commands {

Noun configNoun();
Verb configShow();

}  // namespace commands
