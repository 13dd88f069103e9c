#pragma once

#include <string>

#include "commands/operation.hpp"
#include "commands/verb.hpp"

namespace commands {

Noun runNoun();

Verb runList();
Verb runShow();
Verb runResume();
Verb runAbort();
Verb runUndo();
Verb runTake();
Verb runNote();

/// Options of the verbs that take one run and nothing else.
struct RunOptions {
  std::string id;
};
void bindRun(Arguments& arguments, RunOptions& options);

/// The stored run that `id` means, before its instance is known.
step::Run storedRun(Context& context, const std::string& id);

}  // namespace commands
