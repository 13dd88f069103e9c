#include "commands/nouns.hpp"

#include "commands/backup/backup.hpp"
#include "commands/completion/completion.hpp"

namespace commands {

std::vector<Noun> allNouns() { return {backupNoun(), completionNoun()}; }

}  // namespace commands
