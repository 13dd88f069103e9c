#include "commands/schema/schema.hpp"

namespace commands {

Noun schemaNoun() {
  return {"schema",
          "take a database's schema, and say what is not the same in two of them",
          {schemaDump(), schemaDiff()}};
}

}  // namespace commands
