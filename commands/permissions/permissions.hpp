#pragma once

#include "commands/verb.hpp"

namespace commands {

/// `sotctl permissions …`.
Noun permissionsNoun();

Verb permissionsAudit();
Verb permissionsExplain();
Verb permissionsRepair();

}  // namespace commands
