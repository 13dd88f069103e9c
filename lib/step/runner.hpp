#pragma once

#include <functional>
#include <map>

#include "lib/step/journal.hpp"
#include "lib/step/node.hpp"

namespace step {

/// Carries out a tree of steps: observe, record, apply, verify, record. Knows nothing of plans,
/// locks and outcomes: that is the engine's.
class Runner {
 public:
  struct Parts {
    ports::World& world;
    const Registry& registry;
    Journal& journal;
    core::Progress& progress;
    /// Called before each step; throws if the run may not go on (a lock was lost).
    std::function<void()> permit;
    /// After a failure: whether everything is going to be taken back. Then open brackets are left
    /// open, and closed once what was done inside of them is undone. Empty: never.
    std::function<bool()> taken_back{};
  };

  /// `run` is how far it came before; `aborting` when the tree takes the run back.
  Runner(Parts parts, const Run& run, bool aborting);

  /// Stops at the first step that is blocked, unknown, fails or does not hold after it was applied;
  /// open brackets are closed first, unless all of it is taken back next. Errors: refused,
  /// undetermined, incomplete, whatever a step threw.
  void carryOut(const std::vector<Node>& nodes);

 private:
  void carryOutStep(const Node& node);
  void carryOutBracket(const Node& node);
  bool isNeeded(const std::vector<Node>& nodes);
  StepState openState(const Node& node) const;
  void open(const Node& node, Bracket& bracket, const core::Json& before);
  void close(const Node& node, Bracket& bracket, const core::Json& before);
  void closeAfterFailure(const Node& node, Bracket& bracket, const core::Json& before);
  void record(const char* type, const Node& node, core::Json fields);
  void recordResults(const Step& step);

  Parts parts_;
  const Run& run_;
  bool aborting_;
};

}  // namespace step
