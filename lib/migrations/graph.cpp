#include "lib/migrations/graph.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace migrations {
namespace {

void add(std::vector<int>& list, int node) {
  if (std::find(list.begin(), list.end(), node) == list.end()) list.push_back(node);
}

void drop(std::vector<int>& list, int node) { std::erase(list, node); }

bool contains(const std::vector<int>& list, int node) {
  return std::find(list.begin(), list.end(), node) != list.end();
}

}  // namespace

std::size_t Names::Hash::operator()(const Key& key) const {
  return std::hash<std::string>()(key.app) * 31 + std::hash<std::string>()(key.name);
}

int Names::add(const Key& key) {
  const auto [at, fresh] = ids_.try_emplace(key, size());
  if (fresh) keys_.push_back(key);
  return at->second;
}

int Names::find(const Key& key) const {
  const auto found = ids_.find(key);
  return found == ids_.end() ? -1 : found->second;
}

Graph::Node& Graph::at(int node) {
  const auto place = static_cast<std::size_t>(node);
  if (place >= nodes_.size()) nodes_.resize(place + 1);
  return nodes_[place];
}

const Graph::Node& Graph::at(int node) const {
  static const Node kNone;
  const auto place = static_cast<std::size_t>(node);
  return node < 0 || place >= nodes_.size() ? kNone : nodes_[place];
}

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
    const Node gone = std::exchange(at(one), Node{});
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
  const Node gone = std::exchange(at(squash), Node{});
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

std::vector<int> Graph::sorted(std::vector<int> nodes) const {
  std::sort(nodes.begin(), nodes.end(),
            [&](int a, int b) { return names_.key(a) < names_.key(b); });
  return nodes;
}

std::vector<int> Graph::nodes() const {
  std::vector<int> all;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].real) all.push_back(static_cast<int>(i));
  }
  return sorted(std::move(all));
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

std::vector<int> Graph::leaves(const std::string& app) const {
  std::vector<int> found;
  for (const int node : nodes()) {
    const std::string& own = names_.key(node).app;
    if (!app.empty() && own != app) continue;
    const auto& children = at(node).children;
    if (std::none_of(children.begin(), children.end(),
                     [&](int child) { return names_.key(child).app == own; })) {
      found.push_back(node);
    }
  }
  return found;
}

std::vector<int> Graph::roots(const std::string& app) const {
  std::vector<int> found;
  for (const int node : nodes()) {
    if (names_.key(node).app != app) continue;
    const auto& parents = at(node).parents;
    if (std::none_of(parents.begin(), parents.end(),
                     [&](int parent) { return names_.key(parent).app == app; })) {
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
