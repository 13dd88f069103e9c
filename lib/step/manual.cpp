#include <fmt/format.h>

#include "lib/step/engine.hpp"

namespace step {
namespace {

/// Renders what of a tree is still to be done, as plain commands.
class ByHand {
 public:
  ByHand(const Registry& registry, const std::map<Path, StepState>& states)
      : registry_(registry), states_(states) {}

  std::vector<std::string> of(const std::vector<Node>& nodes) {
    for (const Node& node : nodes) {
      const std::unique_ptr<Step> step = registry_.make(node.spec);
      if (node.bracket) {
        addBracket(dynamic_cast<Bracket&>(*step), node);
      } else if (const Progressed far = progressed(node);
                 far != Progressed::done && far != Progressed::satisfied) {
        lines_.push_back(fmt::format("# {}", step->title()));
        append(step->manual());
      }
    }
    return std::move(lines_);
  }

 private:
  Progressed progressed(const Node& node) const {
    const auto found = states_.find(node.path);
    if (found != states_.end()) return found->second.progressed;
    return node.adopted.empty() ? Progressed::untouched : Progressed::opened;
  }

  void addBracket(Bracket& bracket, const Node& node) {
    std::vector<std::string> inner = ByHand(registry_, states_).of(node.inner);
    const bool open = progressed(node) == Progressed::opened;
    if (inner.empty() && !open) return;
    lines_.push_back(fmt::format("# {}", bracket.title()));
    if (!open) append(bracket.manual());
    append(std::move(inner));
    append(bracket.manualClose());
  }

  void append(std::vector<std::string> lines) {
    lines_.insert(lines_.end(), lines.begin(), lines.end());
  }

  const Registry& registry_;
  const std::map<Path, StepState>& states_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> Engine::manualRemaining(const Run& run) const {
  if (run.outcome != RunOutcome::unfinished || run.aborting) return {};
  return ByHand(parts_.registry, run.steps).of(planNodes(parts_.registry, run.plan.steps));
}

std::vector<std::string> Engine::manualCompensating(const Run& run) const {
  const Purpose purpose = run.outcome == RunOutcome::unfinished ? Purpose::abort : Purpose::undo;
  return ByHand(parts_.registry, run.abort_steps)
      .of(compensatingNodes(parts_.registry, run, purpose));
}

}  // namespace step
