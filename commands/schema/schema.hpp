#pragma once

#include "commands/verb.hpp"

namespace commands {

/// `sotctl schema …`.
Noun schemaNoun();

Verb schemaDump();
Verb schemaDiff();

}  // namespace commands
