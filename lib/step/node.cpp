#include "lib/step/node.hpp"

#include <fmt/format.h>

namespace step {
namespace {

std::vector<Node> numbered(const Registry& registry, const std::vector<Spec>& steps,
                           const Path& above) {
  std::vector<Node> nodes;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Node node;
    node.path = innerPath(above, i);
    node.spec = {steps[i].kind, steps[i].arguments};
    node.inner = numbered(registry, steps[i].inner, node.path);
    node.bracket = registry.make(steps[i])->shape() == Shape::bracket;
    nodes.push_back(std::move(node));
  }
  return nodes;
}

void renumber(std::vector<Node>& nodes, const Path& above) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].path = innerPath(above, i);
    renumber(nodes[i].inner, nodes[i].path);
  }
}

class TakingBack {
 public:
  TakingBack(const Registry& registry, const Run& run, Purpose purpose)
      : registry_(registry), run_(run), purpose_(purpose) {}

  std::vector<Node> of(const std::vector<Spec>& steps, const Path& above) {
    std::vector<Node> nodes;
    for (std::size_t i = steps.size(); i-- > 0;) {
      const Path path = innerPath(above, i);
      const std::unique_ptr<Step> step = registry_.make(steps[i]);
      if (step->shape() == Shape::bracket) {
        addBracket(steps[i], path, nodes);
      } else {
        addStep(*step, run_.step(path), nodes);
      }
    }
    return nodes;
  }

 private:
  void addBracket(const Spec& spec, const Path& path, std::vector<Node>& nodes) {
    Node node;
    node.spec = {spec.kind, spec.arguments};
    node.inner = of(spec.inner, path);
    node.bracket = true;
    const bool open = run_.step(path).progressed == Progressed::opened;
    if (open) node.adopted = path;
    if (!node.inner.empty() || open) nodes.push_back(std::move(node));
  }

  void addStep(Step& step, const StepState& state, std::vector<Node>& nodes) {
    if (state.progressed != Progressed::started && state.progressed != Progressed::done) return;
    Compensation way = step.compensation(state.before, purpose_);
    if (way.way == Compensation::Way::nothing) return;
    if (way.way == Compensation::Way::impossible) {
      throw core::Error(
          core::Kind::refused,
          fmt::format("run {} is past its point of no return: {}", run_.plan.id, way.reason),
          purpose_ == Purpose::abort
              ? fmt::format("`sotctl run resume {}` completes it.", run_.plan.id)
              : std::string("What backup sets there are: sotctl backup list"));
    }
    Node node;
    node.spec = std::move(way.spec);
    nodes.push_back(std::move(node));
  }

  const Registry& registry_;
  const Run& run_;
  Purpose purpose_;
};

}  // namespace

std::vector<Node> planNodes(const Registry& registry, const std::vector<Spec>& steps) {
  return numbered(registry, steps, {});
}

std::vector<Node> compensatingNodes(const Registry& registry, const Run& run, Purpose purpose) {
  std::vector<Node> nodes = TakingBack(registry, run, purpose).of(run.plan.steps, {});
  renumber(nodes, {});
  return nodes;
}

std::vector<Spec> specsOf(const std::vector<Node>& nodes) {
  std::vector<Spec> specs;
  for (const Node& node : nodes) {
    specs.push_back({node.spec.kind, node.spec.arguments, specsOf(node.inner)});
  }
  return specs;
}

}  // namespace step
