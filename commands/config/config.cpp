#include "commands/config/config.hpp"

namespace commands {

Noun configNoun() { return {"config", "show the configuration that is in force", {configShow()}}; }

}  // namespace commands
