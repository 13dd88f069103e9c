#pragma once

#include "commands/verb.hpp"

namespace commands {

Verb runbookList();
Verb runbookShow();
Verb runbookRender();

Noun runbookNoun();

}  // namespace commands
