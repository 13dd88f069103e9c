#include "commands/nouns.hpp"

#include "commands/backup/backup.hpp"
#include "commands/completion/completion.hpp"
#include "commands/restore/restore.hpp"
#include "commands/run/run.hpp"

namespace commands {

std::vector<Noun> allNouns() {
  return {backupNoun(), restoreNoun(), runNoun(), completionNoun()};
}

}  // namespace commands
