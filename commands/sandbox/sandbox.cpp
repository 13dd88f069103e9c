#include "commands/sandbox/sandbox.hpp"

namespace commands {

Noun sandboxNoun() {
  return {"sandbox",
          "a private throw-away instance for trying, training and CI",
          {sandboxUp(), sandboxDown(), sandboxStatus()}};
}

}  // namespace commands
