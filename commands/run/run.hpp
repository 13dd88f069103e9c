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
Verb runReport();

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
/// A run is carried on and taken back with the locks that it was begun with: one that stopped the
/// database server could not be ended otherwise. Its facts say so ({"locks": "hosts"}).
Operation::Locks locksOf(const step::Run& run);

/// The run's instance as configured now. A journal is shown even where that is gone: then commands
/// in it name logins by their defaults.
config::Instance instanceOf(Context& context, const step::Run& run);

}  // namespace commands
