#pragma once

#include "commands/verb.hpp"

namespace commands {

Verb snapshotTake();
Verb snapshotList();
Verb snapshotShow();
Verb snapshotDiff();

Noun snapshotNoun();

}  // namespace commands
