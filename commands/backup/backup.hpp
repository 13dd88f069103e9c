#pragma once

#include "commands/verb.hpp"

namespace commands {

/// `sotctl backup …`.
Noun backupNoun();

Verb backupCreate();
Verb backupList();
Verb backupShow();
Verb backupVerify();
Verb backupPin();
Verb backupUnpin();
Verb backupPrune();
Verb backupReport();

}  // namespace commands
