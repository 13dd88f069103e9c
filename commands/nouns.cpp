#include "commands/nouns.hpp"

#include "commands/completion/completion.hpp"

namespace commands {

std::vector<Noun> allNouns() { return {completionNoun()}; }

}  // namespace commands
