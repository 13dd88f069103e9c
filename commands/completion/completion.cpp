#include "commands/completion/completion.hpp"

namespace commands {

Noun completionNoun() {
  return {"completion",
          "print a completion script for a shell",
          {completionBash(), completionZsh(), completionFish()}};
}

}  // namespace commands
