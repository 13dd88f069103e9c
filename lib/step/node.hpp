#pragma once

#include <string>
#include <vector>

#include "lib/core/error.hpp"
#include "lib/step/registry.hpp"
#include "lib/step/run.hpp"

namespace step {

/// A step of the tree that is carried out: a plan's own, or one that takes a run back.
struct Node {
  Path path;
  Spec spec;  // `inner` is not used: see nodes below
  std::vector<Node> inner;
  bool bracket = false;
  /// Taking back: the bracket of the run that is still open and that this node closes with its
  /// before-values; empty otherwise.
  Path adopted{};
};

std::vector<Node> planNodes(const Registry& registry, const std::vector<Spec>& steps);

/// What takes a run back, in the order in which it is done: compensations of what was started, in
/// reverse, inside the same brackets. Errors: refused if a point of no return was passed.
std::vector<Node> compensatingNodes(const Registry& registry, const Run& run, Purpose purpose);

/// The same tree as a plan's steps: for an undo, which is a run of its own.
std::vector<Spec> specsOf(const std::vector<Node>& nodes);

}  // namespace step
