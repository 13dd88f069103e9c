#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/migrations/names.hpp"

namespace migrations {

/// The graph of migrations as Django builds it. Nodes are numbers of `Names`. A node that only a
/// dependency names is a dummy. Never throws: what Django would raise can be asked for.
/// The order of a plan is the same in all of them: the recursion of the old ones and the stack of
/// the new ones visit the last parent first.
/// Source: django/db/migrations/graph.py of Django 1.10 to 6.1.
class Graph {
 public:
  explicit Graph(const Names& names)
      : names_(names), nodes_(static_cast<std::size_t>(names.size())) {}

  void addNode(int node);
  /// `child` needs `parent`.
  void addDependency(int child, int parent);
  /// A squash takes the place of what it replaces.
  void removeReplaced(int squash, const std::vector<int>& replaced);
  /// A squash that can't be used goes; its children come to depend on the last of what it replaces.
  void removeReplacement(int squash, const std::vector<int>& replaced);

  bool has(int node) const { return at(node).real; }
  /// In no order.
  const std::vector<int>& parents(int node) const { return at(node).parents; }
  const std::vector<int>& children(int node) const { return at(node).children; }
  /// Real nodes, by application and name.
  std::vector<int> nodes() const;

  struct Dangling {
    int child;
    int missing;
  };
  /// Real nodes that need a node that is not there.
  std::vector<Dangling> dangling() const;
  /// Nodes that need one another in a ring; empty if there is no ring.
  std::vector<int> cycle() const;
  /// Nodes of an application (by its number; -1: of all) that none of the same application comes
  /// after; sorted.
  std::vector<int> leaves(int app = -1) const;
  /// Nodes of an application that need none of the same application; sorted.
  std::vector<int> roots(int app) const;
  /// `node` and all that it needs, in the order in which Django applies them.
  void plan(int node, std::vector<char>& seen, std::vector<int>& order) const;

 private:
  struct Vertex {
    bool known = false;  // a real node or a dummy
    bool real = false;
    std::vector<int> parents;
    std::vector<int> children;
  };
  Vertex& at(int node) { return nodes_[static_cast<std::size_t>(node)]; }
  const Vertex& at(int node) const { return nodes_[static_cast<std::size_t>(node)]; }
  void connect(int child, int parent);

  const Names& names_;
  std::vector<Vertex> nodes_;
};

}  // namespace migrations
