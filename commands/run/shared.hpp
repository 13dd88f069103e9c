#pragma once

#include <map>
#include <string>

#include "commands/operation.hpp"
#include "lib/step/history.hpp"

namespace commands {

/// What the report is made of.
struct Told {
  step::Run run;
  step::History history;
  std::map<step::Path, std::string> titles;        // of the plan's steps
  std::map<step::Path, std::string> abort_titles;  // of the tree that takes the run back
  std::string way_back;                            // how to undo it, or why that can't be
};

/// The step's title; its kind where the plan does not know it.
std::string titleOf(const Told& told, const step::History::Act& act);
/// "done", "opened", "not ended".
const char* actName(const step::History::Act& act);

/// All of it as a Markdown document.
std::string markdown(const Told& told);

}  // namespace commands
