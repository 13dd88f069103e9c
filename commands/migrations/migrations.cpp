#include "commands/migrations/migrations.hpp"

namespace commands {

Noun migrationsNoun() {
  return {"migrations",
          "what is applied, whether an upgrade can work, what can be squashed; nothing is run",
          {migrationsList(), migrationsPath(), migrationsSquash(), migrationsVerify()}};
}

}  // namespace commands
