#include "lib/migrations/graph.hpp"

#include <algorithm>
#include <utility>

namespace migrations {
namespace {

void add(std::vector<int>& list, int node) {
  if (std::find(list.begin(), list.end(), node) == list.end()) list.push_back(node);
}

void drop(std::vector<int>& list, int node) { std::erase(list, node); }

std::vector<int> sorted(std::vector<int> nodes) {
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

bool contains(const std::vector<int>& list, int node) {
  return std::find(list.begin(), list.end(), node) != list.end();
}

}  // namespace

void Graph::addNode(int node) { at(node).known = at(node).real = true; }

void Graph::connect(int child, int parent) {
  add(at(child).parents, parent);
  add(at(parent).children, child);
}

void Graph::addDependency(int child, int parent) {
  at(child).known = true;
  at(parent).known = true;
  connect(child, parent);
}

void Graph::removeReplaced(int squash, const std::vector<int>& replaced) {
  for (const int one : replaced) {
    if (!at(one).known) continue;
    const Vertex gone = std::exchange(at(one), Vertex{});
    for (const int child : gone.children) {
      drop(at(child).parents, one);
      // Not between what is replaced and its replacement: that would become a ring.
      if (!contains(replaced, child)) connect(child, squash);
    }
    for (const int parent : gone.parents) {
      drop(at(parent).children, one);
      if (!contains(replaced, parent)) connect(squash, parent);
    }
  }
}

void Graph::removeReplacement(int squash, const std::vector<int>& replaced) {
  const Vertex gone = std::exchange(at(squash), Vertex{});
  std::vector<int> last;
  for (const int one : replaced) {
    if (at(one).known) add(last, one);
  }
  std::vector<int> before;
  for (const int one : last) {
    before.insert(before.end(), at(one).parents.begin(), at(one).parents.end());
  }
  std::erase_if(last, [&](int one) { return contains(before, one); });
  for (const int child : gone.children) {
    drop(at(child).parents, squash);
    for (const int one : last) connect(child, one);
  }
  for (const int parent : gone.parents) drop(at(parent).children, squash);
}

std::vector<int> Graph::nodes() const {
  std::vector<int> all;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].real) all.push_back(static_cast<int>(i));
  }
  return all;
}

std::vector<Graph::Dangling> Graph::dangling() const {
  std::vector<Dangling> found;
  for (const int node : nodes()) {
    for (const int parent : sorted(at(node).parents)) {
      if (!at(parent).real) found.push_back({node, parent});
    }
  }
  return found;
}

std::vector<int> Graph::cycle() const {
  enum class Mark : char { fresh, open, done };
  std::vector<Mark> marks(nodes_.size(), Mark::fresh);
  std::vector<int> path;
  std::vector<std::size_t> next;  // for each node of the path: which parent is looked at next
  for (std::size_t start = 0; start < nodes_.size(); ++start) {
    if (!nodes_[start].known || marks[start] != Mark::fresh) continue;
    path = {static_cast<int>(start)};
    next = {0};
    marks[start] = Mark::open;
    while (!path.empty()) {
      const auto here = static_cast<std::size_t>(path.back());
      if (next.back() == nodes_[here].parents.size()) {
        marks[here] = Mark::done;
        path.pop_back();
        next.pop_back();
        continue;
      }
      const int parent = nodes_[here].parents[next.back()++];
      Mark& mark = marks[static_cast<std::size_t>(parent)];
      if (mark == Mark::open) {
        path.erase(path.begin(), std::find(path.begin(), path.end(), parent));
        return path;
      }
      if (mark == Mark::done) continue;
      mark = Mark::open;
      path.push_back(parent);
      next.push_back(0);
    }
  }
  return {};
}

std::vector<int> Graph::leaves(int app) const {
  std::vector<int> found;
  for (const int node : nodes()) {
    const int own = names_.app(node);
    if (app >= 0 && own != app) continue;
    const auto& children = at(node).children;
    if (std::none_of(children.begin(), children.end(),
                     [&](int child) { return names_.app(child) == own; })) {
      found.push_back(node);
    }
  }
  return found;
}

std::vector<int> Graph::roots(int app) const {
  std::vector<int> found;
  for (const int node : nodes()) {
    if (names_.app(node) != app) continue;
    const auto& parents = at(node).parents;
    if (std::none_of(parents.begin(), parents.end(),
                     [&](int parent) { return names_.app(parent) == app; })) {
      found.push_back(node);
    }
  }
  return found;
}

void Graph::plan(int node, std::vector<char>& seen, std::vector<int>& order) const {
  struct Visit {
    int node;
    bool processed;
  };
  seen.resize(static_cast<std::size_t>(names_.size()), 0);
  std::vector<Visit> stack{{node, false}};
  while (!stack.empty()) {
    const Visit visit = stack.back();
    stack.pop_back();
    char& mark = seen[static_cast<std::size_t>(visit.node)];
    if (mark != 0) continue;
    if (visit.processed) {
      mark = 1;
      order.push_back(visit.node);
      continue;
    }
    stack.push_back({visit.node, true});
    for (const int parent : sorted(at(visit.node).parents)) {
      if (at(parent).real) stack.push_back({parent, false});
    }
  }
}

}  // namespace migrations
