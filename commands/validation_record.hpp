#pragma once

#include <map>
#include <optional>
#include <string>

#include "commands/context.hpp"
#include "lib/checks/item.hpp"
#include "lib/runbook/runbook.hpp"
#include "lib/step/store.hpp"

namespace commands {

/// A validation as a run: its journal has each result as evidence. Where nothing can be written, or
/// nothing is to be, there is none, and everything goes on.
class Record {
 public:
  /// Begins one for the checklist. `facts` is what a later resume needs.
  Record(Context& context, const config::Instance& instance, const runbook::Runbook& checklist,
         const core::Json& facts);
  /// Carries on the one of this id. Errors: as RunStore::find(), refused (no validation, ended).
  Record(Context& context, const step::Run& run);

  const std::string& id() const { return id_; }  // empty: not recorded
  void add(const checks::Finished& finished);
  void end();

 private:
  Context& context_;
  std::string id_;
  std::optional<step::Journal> journal_;
};

/// The unfinished or finished validation that is meant: an id or its beginning; empty: the newest
/// unfinished one. Errors: not_found, refused (some other run).
step::Run recordedRun(Context& context, const std::string& id);

/// The newest result of each item in a validation's journal.
std::map<std::string, checks::Finished> recorded(Context& context, const step::Run& run);

}  // namespace commands
