#include "commands/nouns.hpp"

#include "commands/backup/backup.hpp"
#include "commands/completion/completion.hpp"
#include "commands/config/config.hpp"
#include "commands/doctor/doctor.hpp"
#include "commands/failover/failover.hpp"
#include "commands/init/init.hpp"
#include "commands/migrations/migrations.hpp"
#include "commands/permissions/permissions.hpp"
#include "commands/restore/restore.hpp"
#include "commands/run/run.hpp"
#include "commands/runbook/runbook.hpp"
#include "commands/sandbox/sandbox.hpp"
#include "commands/sanitize/sanitize.hpp"
#include "commands/schema/schema.hpp"
#include "commands/service/service.hpp"
#include "commands/snapshot/snapshot.hpp"
#include "commands/status/status.hpp"
#include "commands/validate/validate.hpp"

namespace commands {

std::vector<Noun> allNouns() {
  std::vector<Noun> nouns;
  nouns.push_back(initNoun());
  nouns.push_back(doctorNoun());
  nouns.push_back(statusNoun());
  nouns.push_back(configNoun());
  nouns.push_back(backupNoun());
  nouns.push_back(restoreNoun());
  nouns.push_back(migrationsNoun());
  nouns.push_back(schemaNoun());
  nouns.push_back(serviceNoun());
  nouns.push_back(failoverNoun());
  nouns.push_back(sanitizeNoun());
  nouns.push_back(permissionsNoun());
  nouns.push_back(validateNoun());
  nouns.push_back(snapshotNoun());
  nouns.push_back(runbookNoun());
  nouns.push_back(runNoun());
  nouns.push_back(sandboxNoun());
  nouns.push_back(completionNoun());
  return nouns;
}

}  // namespace commands
