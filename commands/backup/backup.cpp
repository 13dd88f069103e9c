#include "commands/backup/backup.hpp"

namespace commands {

Noun backupNoun() {
  return {"backup",
          "make backup sets of the database, look at them, prove them whole, keep what is needed",
          {backupCreate(), backupList(), backupShow(), backupVerify(), backupPin(), backupUnpin(),
           backupPrune(), backupReport()}};
}

}  // namespace commands
