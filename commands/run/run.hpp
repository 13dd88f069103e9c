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
/// The same, for verbs that act on it or add to it: only one that nobody else can have written.
/// Errors: refused.
step::Run actedOn(Context& context, const std::string& id);

}  // namespace commands
