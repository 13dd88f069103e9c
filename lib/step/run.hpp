#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/core/time.hpp"
#include "lib/step/plan.hpp"

namespace step {

/// How far a step of a run came, by its journal.
enum class Progressed {
  untouched,
  satisfied,  // held already: not ours to take back
  started,    // before-values are recorded; the change may have happened
  done,       // applied, and seen to hold
  opened,     // bracket: open
  closed,     // bracket: closed again
};

struct StepState {
  Progressed progressed = Progressed::untouched;
  core::Json before = core::Json::object();
  std::string found;  // what the last look said
};

enum class RunOutcome { unfinished, done, aborted, failed_unchanged };

const char* outcomeName(RunOutcome outcome);

/// A run as its journal tells it: pure data, made by readRun().
struct Run {
  Plan plan;
  std::string version;  // of sotctl that wrote the plan
  std::string person;   // who holds it now (the starter, or who took it over)
  std::string host;
  int pid = 0;  // of the last process that worked on it
  std::string reason;
  std::string task;
  core::Time started{};
  std::optional<core::Time> ended;
  RunOutcome outcome = RunOutcome::unfinished;
  bool aborting = false;  // an abort was begun: resume continues it
  std::map<Path, StepState> steps;
  std::map<Path, StepState> abort_steps;  // of the compensating tree
  std::string failure;                    // message of the last failure; "" if none
  std::vector<std::string> notes;
  core::Json results = core::Json::object();  // measured by the steps: "downtime_ms" and so on

  const StepState& step(const Path& path) const;
  /// Whether a change may have happened.
  bool touched() const;
};

/// Folds a journal's records. Errors: corrupt (no plan, unknown format).
Run readRun(const std::vector<core::Json>& records);

}  // namespace step
