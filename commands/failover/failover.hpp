#pragma once

#include "commands/verb.hpp"

namespace commands {

Noun failoverNoun();

Verb failoverStatus();
Verb failoverCheck();
Verb failoverDatabase();
Verb failoverBack();
Verb failoverFrontend();
Verb failoverRejoin();

}  // namespace commands
