#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/core/time.hpp"
#include "lib/step/plan.hpp"

namespace step {

/// What a journal tells in the order of time, for a report. Pure data, made by readHistory().
struct History {
  /// One process at work on the run.
  struct Attempt {
    std::string mode;  // "run", "resume", "abort"
    std::string person;
    std::string host;
    int pid = 0;
    core::Time began{};
    core::Time last{};  // its last record
  };

  /// A step that was begun, or a bracket that was opened or closed.
  struct Act {
    enum class Kind { applied, opened, closed, held_already };
    Path path;
    std::string kind;  // of the step: "database.swapped"
    Kind act = Kind::applied;
    bool abort = false;  // path is one of the tree that takes the run back
    core::Time began{};
    std::optional<core::Time> ended{};  // nothing: it failed, or the process died in it
    std::string found{};                // what the look afterwards said
    core::Json before = core::Json::object();
  };

  /// A note, a handing over, or a failure.
  struct Event {
    core::Time time{};
    std::string type;  // "note", "taken", "failed"
    std::string person;
    std::string text;
  };

  std::vector<Attempt> attempts;
  std::vector<Act> acts;
  std::vector<Event> events;
};

/// Folds a journal's records, oldest first. Errors: corrupt (a record of a wrong shape).
History readHistory(const std::vector<core::Json>& records);

}  // namespace step
