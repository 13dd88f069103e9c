#pragma once

#include <string>
#include <vector>

#include "lib/step/hold.hpp"
#include "lib/step/node.hpp"
#include "lib/step/runner.hpp"

namespace step {

/// One line of a plan as it is shown before anything happens.
struct Preview {
  Path path;
  std::string title;
  Shape shape = Shape::goal;
  Observation seen;
  std::string point_of_no_return;  // reason; empty if it can be undone
};

/// Plans become runs here: observed, locked, marked, journalled, carried out, taken back.
class Engine {
 public:
  struct Parts {
    ports::World& world;
    const Registry& registry;
    RunStore& store;
    core::Progress& progress;
    LockScope scope;
    std::string version;
  };
  explicit Engine(Parts parts) : parts_(std::move(parts)) {}

  /// Observes every step and changes nothing, not even a lock. A step that throws is unknown.
  std::vector<Preview> preview(const std::vector<Spec>& steps);

  /// Carries a plan out as a new run. Errors: locked; the failing step's own kind if nothing was
  /// changed or everything was taken back; incomplete if something was changed and is left for
  /// resume or abort.
  Run run(const Plan& plan, const std::string& reason, const std::string& task);
  /// Continues an unfinished run, or its abort if that was begun. A finished one is left alone.
  Run resume(const Run& run);
  /// Takes an unfinished run back to its beginning. Errors: refused past a point of no return.
  Run abort(const Run& run);
  /// The plan that takes a finished run's effect back. Errors: refused (not finished, nothing to
  /// take back, past a point of no return).
  Plan undoPlan(const Run& run) const;

  /// Plain commands for finishing by hand: what remains to be done, and what would take it back.
  std::vector<std::string> manualRemaining(const Run& run) const;
  std::vector<std::string> manualCompensating(const Run& run) const;

 private:
  Run carryOn(Journal journal, Hold& hold);
  Run takeBack(Journal journal, Hold& hold);
  [[noreturn]] void fail(Journal journal, Hold& hold, const core::Error& error);
  Run end(Journal& journal, Hold& hold, const char* outcome);
  void refuseForeigner(const Run& run) const;
  /// Whether a failure now takes everything back: the plan wants it, and no point of no return was
  /// passed.
  bool takesBack(const Run& run) const;
  Runner::Parts runnerParts(Journal& journal, Hold& hold);

  Parts parts_;
};

}  // namespace step
