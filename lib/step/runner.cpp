#include "lib/step/runner.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"

namespace step {
namespace {

const StepState* find(const std::map<Path, StepState>& states, const Path& path) {
  const auto found = states.find(path);
  return found == states.end() ? nullptr : &found->second;
}

/// An event that this run has had already. It was proven against its before-value then; what came
/// after it tells nothing.
bool isPast(const Step& step, const StepState* earlier) {
  return step.shape() == Shape::event && earlier != nullptr &&
         earlier->progressed == Progressed::done;
}

/// Throws what stops a run at a step that can't go on.
void stopAt(const Step& step, const Observation& seen) {
  const core::CheckResult& check = seen.check;
  switch (seen.verdict) {
    case Verdict::satisfied:
    case Verdict::needed:
      return;
    case Verdict::blocked:
      throw core::Error(core::Kind::refused,
                        fmt::format("{}: not possible: {}", step.title(), check.found), check.hint);
    case Verdict::unknown:
      throw core::Error(core::Kind::undetermined,
                        fmt::format("{}: could not determine: {}", step.title(), check.found),
                        check.hint);
    case Verdict::follows:
      throw core::Error(
          core::Kind::undetermined,
          fmt::format("{}: what it depends on is not there: {}", step.title(), check.found),
          check.hint);
  }
}

void mustHold(const Step& step, const char* what, const Observation& seen) {
  if (seen.verdict == Verdict::satisfied) return;
  throw core::Error(
      core::Kind::incomplete,
      fmt::format("{}: {}, but it does not hold: {}", step.title(), what, seen.check.found),
      seen.check.hint);
}

}  // namespace

Runner::Runner(Parts parts, const Run& run, bool aborting)
    : parts_(std::move(parts)), run_(run), aborting_(aborting) {}

void Runner::carryOut(const std::vector<Node>& nodes) {
  for (const Node& node : nodes) {
    parts_.permit();
    parts_.world.cancellation.check();
    if (node.bracket) {
      carryOutBracket(node);
    } else {
      carryOutStep(node);
    }
  }
}

void Runner::carryOutStep(const Node& node) {
  const std::unique_ptr<Step> step = parts_.registry.make(node.spec);
  const StepState* earlier = find(aborting_ ? run_.abort_steps : run_.steps, node.path);
  const bool started = earlier != nullptr && (earlier->progressed == Progressed::started ||
                                              earlier->progressed == Progressed::done);
  if (isPast(*step, earlier)) return;
  const Observation seen = step->observe(started ? &earlier->before : nullptr);
  stopAt(*step, seen);
  if (seen.verdict == Verdict::satisfied) {
    record("satisfied", node, {{"found", seen.check.found}});
    return;
  }
  const core::Json before = started ? earlier->before : step->before();
  record("started", node, {{"before", before}});
  step->apply(before, parts_.progress);
  const Observation after = step->observe(&before);
  mustHold(*step, "applied", after);
  record("done", node, {{"found", after.check.found}});
  recordResults(*step);
}

void Runner::carryOutBracket(const Node& node) {
  const std::unique_ptr<Step> step = parts_.registry.make(node.spec);
  auto& bracket = dynamic_cast<Bracket&>(*step);
  const StepState state = openState(node);
  core::Json before = state.before;
  bool is_open = state.progressed == Progressed::opened;
  try {
    const bool needed = isNeeded(node.inner);
    if (!is_open && !needed) return;
    if (!is_open) {
      before = bracket.before();
      is_open = true;
      open(node, bracket, before);
    } else if (needed && bracket.observe(&before).verdict != Verdict::satisfied) {
      open(node, bracket, before);
    }
    carryOut(node.inner);
  } catch (...) {
    const bool left_open = parts_.taken_back && parts_.taken_back();
    if (is_open && !left_open) closeAfterFailure(node, bracket, before);
    throw;
  }
  close(node, bracket, before);
}

bool Runner::isNeeded(const std::vector<Node>& nodes) {
  for (const Node& node : nodes) {
    if (node.bracket) {
      if (openState(node).progressed == Progressed::opened || isNeeded(node.inner)) return true;
      continue;
    }
    const std::unique_ptr<Step> step = parts_.registry.make(node.spec);
    const StepState* earlier = find(aborting_ ? run_.abort_steps : run_.steps, node.path);
    const bool started = earlier != nullptr && (earlier->progressed == Progressed::started ||
                                                earlier->progressed == Progressed::done);
    if (isPast(*step, earlier)) continue;
    const Observation seen = step->observe(started ? &earlier->before : nullptr);
    if (seen.verdict == Verdict::follows || seen.verdict == Verdict::needed) return true;
    stopAt(*step, seen);  // before the bracket is opened for nothing
  }
  return false;
}

StepState Runner::openState(const Node& node) const {
  const StepState* own = find(aborting_ ? run_.abort_steps : run_.steps, node.path);
  if (own != nullptr && own->progressed != Progressed::untouched) return *own;
  const StepState* adopted = node.adopted.empty() ? nullptr : find(run_.steps, node.adopted);
  return adopted != nullptr ? *adopted : StepState{};
}

void Runner::open(const Node& node, Bracket& bracket, const core::Json& before) {
  record("opening", node, {{"before", before}});
  bracket.apply(before, parts_.progress);
  mustHold(bracket, "opened", bracket.observe(&before));
  record("opened", node, {{"before", before}});
}

void Runner::close(const Node& node, Bracket& bracket, const core::Json& before) {
  record("closing", node, core::Json::object());
  bracket.close(before, parts_.progress);
  const Observation seen = bracket.observeClosed(before);
  mustHold(bracket, "closed", seen);
  record("closed", node, {{"found", seen.check.found}});
  recordResults(bracket);
}

void Runner::closeAfterFailure(const Node& node, Bracket& bracket, const core::Json& before) {
  parts_.world.cancellation.reset();  // the interrupt was heard; closing must not be cut short
  try {
    close(node, bracket, before);
  } catch (const core::Error& error) {
    const std::string message =
        fmt::format("closing \"{}\" failed too: {}", bracket.title(), error.what());
    parts_.progress.say(message);
    parts_.journal.add(
        "failed",
        {{"step", node.path}, {"kind", core::kindName(error.kind())}, {"message", message}});
  }
}

void Runner::record(const char* type, const Node& node, core::Json fields) {
  core::Json line{{"step", node.path}, {"kind", node.spec.kind}};
  if (aborting_) line["abort"] = true;
  line.update(fields);
  parts_.journal.add(type, std::move(line));
}

void Runner::recordResults(const Step& step) {
  core::Json values = step.results();
  if (!values.empty()) parts_.journal.add("result", {{"values", std::move(values)}});
}

}  // namespace step
