#include "commands/backup/backup.hpp"

namespace commands {

Noun backupNoun() {
  return {"backup",
          "make backup sets of the database, look at them, prove them whole",
          {backupCreate(), backupList(), backupShow(), backupVerify()}};
}

}  // namespace commands
