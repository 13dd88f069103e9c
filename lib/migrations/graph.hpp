#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/migrations/migration.hpp"

namespace migrations {

/// Numbers for keys, handed out in the order in which they come.
class Names {
 public:
  int add(const Key& key);
  /// -1 for a key that never came.
  int find(const Key& key) const;
  const Key& key(int id) const { return keys_[static_cast<std::size_t>(id)]; }
  int size() const { return static_cast<int>(keys_.size()); }

 private:
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  std::unordered_map<Key, int, Hash> ids_;
  std::vector<Key> keys_;
};

/// The graph of migrations as Django builds it. Nodes are numbers of `Names`. A node that only a
/// dependency names is a dummy. Never throws: what Django would raise can be asked for.
/// Source: django/db/migrations/graph.py of Django 2.2 to 6.0.
class Graph {
 public:
  explicit Graph(const Names& names) : names_(names) {}

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
  /// Nodes of an application (of all for "") that none of the same application comes after; sorted.
  std::vector<int> leaves(const std::string& app = {}) const;
  /// Nodes of an application that need none of the same application; sorted.
  std::vector<int> roots(const std::string& app) const;
  /// `node` and all that it needs, in the order in which Django applies them.
  void plan(int node, std::vector<char>& seen, std::vector<int>& order) const;

 private:
  struct Node {
    bool known = false;  // a real node or a dummy
    bool real = false;
    std::vector<int> parents;
    std::vector<int> children;
  };
  Node& at(int node);
  const Node& at(int node) const;
  void connect(int child, int parent);
  std::vector<int> sorted(std::vector<int> nodes) const;

  const Names& names_;
  std::vector<Node> nodes_;
};

}  // namespace migrations
