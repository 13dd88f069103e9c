#include "commands/runbook/runbook.hpp"

namespace commands {

Noun runbookNoun() {
  return {"runbook",
          "checklists that are there, what they ask, and their form for a ticket",
          {runbookList(), runbookShow(), runbookRender()}};
}

}  // namespace commands
