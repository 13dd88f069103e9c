#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/core/json.hpp"
#include "lib/core/progress.hpp"

namespace step {

/// goal: a fact that holds at the end. bracket: something opened only while an inner goal needs it,
/// and closed whatever happens. event: proven against a value from before (a restart).
enum class Shape { goal, bracket, event };

/// satisfied: holds already. needed: apply would make it hold. blocked: it can't be made to hold
/// as things are. unknown: could not determine. follows: depends on an earlier step's effect, so
/// that a plan lists it and does not observe it.
enum class Verdict { satisfied, needed, blocked, unknown, follows };

const char* verdictName(Verdict verdict);

struct Observation {
  Verdict verdict = Verdict::unknown;
  core::CheckResult check;
};

/// What a check says of a goal: pass and warn are satisfied, fail is needed, skip follows.
Observation observed(core::CheckResult check);
Observation blocked(core::CheckResult check);

/// A step as data: what plan and journal hold. Another process rebuilds the step from it. Arguments
/// name things (set, database, service); they hold no secret and nothing that another process
/// can't look up.
struct Spec {
  std::string kind;  // registered: "database.swapped"
  core::Json arguments = core::Json::object();
  std::vector<Spec> inner{};  // a bracket's; empty for goals and events
};

/// abort: an unfinished run goes back to the beginning, and nothing of it is left. undo: a finished
/// run's effect is taken back; what was made and can be kept is kept (so that undo can be undone).
enum class Purpose { abort, undo };

/// How a step's effect is taken back.
struct Compensation {
  enum class Way { nothing, step, impossible };
  Way way = Way::nothing;
  Spec spec{};           // for Way::step
  std::string reason{};  // for Way::impossible: the step is a point of no return
  static Compensation none() { return {}; }
  static Compensation by(Spec spec) { return {Way::step, std::move(spec), {}}; }
  static Compensation never(std::string reason) { return {Way::impossible, {}, std::move(reason)}; }
};

/// One step of a plan. Made by a registered factory from a Spec's arguments alone.
///
/// `before` is what before() gave when the step was started in this run, or nullptr if it was not
/// started yet.
class Step {
 public:
  virtual ~Step() = default;
  virtual Shape shape() const { return Shape::goal; }
  /// The fact, with its object: "database netbox is the restored copy".
  virtual std::string title() const = 0;
  /// Looks; changes nothing; cheap; may be called any number of times. For a bracket: satisfied
  /// means open. A goal is verified by the same look after apply().
  virtual Observation observe(const core::Json* before) = 0;
  /// What undo, or the proof of an event, will need; in the journal before apply(). No secrets.
  virtual core::Json before() { return core::Json::object(); }
  /// Makes the goal hold, or opens the bracket. Called only when observe() said needed. First
  /// removes what an earlier try of the same run left behind.
  virtual void apply(const core::Json& before, core::Progress& progress) = 0;
  /// `before` as journalled. Must not depend on how the world looks now.
  virtual Compensation compensation(const core::Json& before, Purpose purpose) = 0;
  /// Why this can't be undone; empty if it can. The plan shows it before anything is asked.
  virtual std::string pointOfNoReturn() const { return {}; }
  /// What apply() or close() measured, for the report ("load_ms"). Asked once after each of them.
  virtual core::Json results() const { return core::Json::object(); }
  /// The same by hand: plain commands, one per line, for a person without this program.
  virtual std::vector<std::string> manual() const = 0;
};

/// Opened by apply().
class Bracket : public Step {
 public:
  Shape shape() const override { return Shape::bracket; }
  /// Satisfied means closed: the world is as `before` says it was, or as the inner goals need it.
  virtual Observation observeClosed(const core::Json& before) = 0;
  /// Closes; on success, failure, abort and resume alike. May find it closed or half open.
  virtual void close(const core::Json& before, core::Progress& progress) = 0;
  virtual std::vector<std::string> manualClose() const = 0;
  /// Closing a bracket is its compensation.
  Compensation compensation(const core::Json&, Purpose) override { return Compensation::none(); }
};

}  // namespace step
