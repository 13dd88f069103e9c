#include "commands/permissions/permissions.hpp"

namespace commands {

Noun permissionsNoun() {
  return {"permissions",
          "who can't read or write what, and why; repair only that, and take it back",
          {permissionsAudit(), permissionsExplain(), permissionsRepair()}};
}

}  // namespace commands
