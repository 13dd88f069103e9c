#pragma once

#include "commands/verb.hpp"

namespace commands {

/// `sotctl migrations …`.
Noun migrationsNoun();

Verb migrationsList();
Verb migrationsPath();
Verb migrationsSquash();
Verb migrationsVerify();

}  // namespace commands
