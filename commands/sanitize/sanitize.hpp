#pragma once

#include "commands/verb.hpp"

namespace commands {

/// `sotctl sanitize …`.
Noun sanitizeNoun();

Verb sanitizeDump();
Verb sanitizeDatabase();
Verb sanitizeScan();
Verb sanitizeCoverage();
Verb sanitizeRules();

}  // namespace commands
