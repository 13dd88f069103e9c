#include "lib/migrations/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "lib/core/text.hpp"
#include "lib/migrations/graph.hpp"

namespace migrations {
namespace {

std::string list(const std::vector<Key>& keys) {
  std::vector<std::string> words;
  for (const Key& key : keys) words.push_back(key.inWords());
  return core::join(words, ", ");
}

class Loader {
 public:
  Loader(const CodeNodes& code, const Marks& rows)
      : code_(code), names_(*code.names), rows_(rows), graph_(names_) {
    loaded_.applied = rows;
  }

  LoadedNodes run() {
    addNodes();
    addInner();
    addOuter();
    for (const Node* node : code_.nodes) {
      if (!node->replaces.empty()) replaceOne(*node);
    }
    // Django stops at the first of these; what comes later in it is not asked then.
    if (missingNodes() || ring()) return std::move(loaded_);
    inconsistencies();
    conflicts();
    makePlan();
    return std::move(loaded_);
  }

 private:
  static std::size_t place(int id) { return static_cast<std::size_t>(id); }
  bool applied(int id) const { return loaded_.applied[place(id)] != 0; }

  void trouble(Problem::Kind kind, int node, int other, std::vector<int> members = {}) {
    loaded_.troubles.push_back({kind, node, other, std::move(members)});
  }

  void addNodes() {
    squashes_.resize(place(names_.size()));
    for (const Node* node : code_.nodes) {
      graph_.addNode(node->id);
      if (!node->replaces.empty()) squashes_[place(node->id)] = node;
    }
  }

  bool isSameApp(int a, int b) const { return names_.app(a) == names_.app(b); }

  void addInner() {
    for (const Node* node : code_.nodes) {
      for (const int parent : node->dependencies) {
        if (!isSameApp(parent, node->id)) continue;
        if (names_.special(parent) == Names::Special::none) graph_.addDependency(node->id, parent);
      }
    }
  }

  void addOuter() {
    for (const Node* node : code_.nodes) {
      for (const int parent : node->dependencies) {
        if (isSameApp(parent, node->id)) continue;
        const int meant = resolve(*node, parent);
        if (meant >= 0) graph_.addDependency(node->id, meant);
      }
      for (const int child : node->run_before) {
        const int meant = resolve(*node, child);
        if (meant >= 0) graph_.addDependency(meant, node->id);
      }
    }
  }

  /// The node that a dependency means; -1 for none.
  int resolve(const Node& node, int wanted) {
    const auto special = names_.special(wanted);
    if (special == Names::Special::none) return wanted;
    const bool setting = special == Names::Special::setting;
    const int app = setting ? code_.user_app : names_.app(wanted);
    if (app == names_.app(node.id)) return -1;
    if (app < 0 || code_.installed[place(app)] == 0) {
      // Without a virtual environment other applications are not known, which is no fault.
      if (code_.environment) trouble(Problem::Kind::unknown_app, node.id, wanted);
      return -1;
    }
    const auto found = special == Names::Special::latest ? graph_.leaves(app) : graph_.roots(app);
    return found.empty() ? -1 : found.front();
  }

  void replaceOne(const Node& squash) {
    enum : char { begun = 1, done = 2 };
    progress_.resize(place(names_.size()));
    char& progress = progress_[place(squash.id)];
    if (progress == done) return;
    if (progress == begun) {
      trouble(Problem::Kind::circular_replaces, squash.id, squash.id);
      return;
    }
    progress = begun;
    std::vector<int> resolved;
    for (const int target : squash.replaces) {
      const Node* inner = code_.rules.nested_squashes ? squashes_[place(target)] : nullptr;
      if (inner == nullptr) {
        resolved.push_back(target);
        continue;
      }
      replaceOne(*inner);
      std::set<int> seen;
      flatten(*inner, resolved, seen);
    }
    use(squash, resolved);
    progress_[place(squash.id)] = done;
  }

  /// `seen`: squashes that are in `to` already; they may replace one another in a ring.
  void flatten(const Node& squash, std::vector<int>& to, std::set<int>& seen) {
    if (!seen.insert(squash.id).second) return;
    for (const int target : squash.replaces) {
      const Node* inner = squashes_[place(target)];
      if (inner != nullptr) {
        flatten(*inner, to, seen);
      } else {
        to.push_back(target);
      }
    }
  }

  void use(const Node& squash, const std::vector<int>& resolved) {
    if (!graph_.has(squash.id)) return;  // replaced itself
    LoadedNodes::Replaced found{squash.id, {}, {}, {}};
    for (const int target : resolved)
      (applied(target) ? found.applied : found.missing).push_back(target);
    const bool all = found.missing.empty();
    const bool none = found.applied.empty();
    found.state = all    ? SquashState::all_applied
                  : none ? SquashState::none_applied
                         : SquashState::partly_applied;
    loaded_.applied[place(squash.id)] = all ? 1 : 0;
    if (all || none) {
      graph_.removeReplaced(squash.id, squash.replaces);
    } else {
      partly(found, squash);
      graph_.removeReplacement(squash.id, squash.replaces);
    }
    loaded_.squashes.push_back(std::move(found));
  }

  /// Members that are neither applied nor in the code can never run.
  void partly(const LoadedNodes::Replaced& found, const Node& squash) {
    std::vector<int> lost;
    for (const int one : found.missing) {
      if (!graph_.has(one)) lost.push_back(one);
    }
    for (const int target : squash.replaces) replacements_[target].push_back(squash.id);
    if (!lost.empty()) trouble(Problem::Kind::lost_members, squash.id, squash.id, std::move(lost));
  }

  bool missingNodes() {
    bool any = false;
    for (const Graph::Dangling& one : graph_.dangling()) {
      const bool installed = code_.installed[place(names_.app(one.missing))] != 0;
      if (!installed && !code_.environment) continue;  // could not be looked at
      const auto tried = replacements_.find(one.missing);
      trouble(installed ? Problem::Kind::missing_node : Problem::Kind::unknown_app, one.child,
              one.missing, tried == replacements_.end() ? std::vector<int>{} : tried->second);
      any = true;
    }
    return any;
  }

  bool ring() {
    const auto found = graph_.cycle();
    if (!found.empty()) trouble(Problem::Kind::cycle, found.front(), found.front(), found);
    return !found.empty();
  }

  void conflicts() {
    std::map<int, std::vector<int>> leaves;
    for (const int leaf : graph_.leaves()) leaves[names_.app(leaf)].push_back(leaf);
    for (const auto& [app, found] : leaves) {
      if (found.size() > 1) trouble(Problem::Kind::conflict, found[0], found[1], found);
    }
  }

  /// Rows count here as they are in the table.
  void inconsistencies() {
    const auto has = [&](int id) { return rows_[place(id)] != 0; };
    for (const int node : graph_.nodes()) {
      if (!has(node)) continue;
      for (const int parent : graph_.parents(node)) {
        if (!graph_.has(parent) || has(parent)) continue;
        const Node* squash = squashes_[place(parent)];
        if (squash != nullptr &&
            std::all_of(squash->replaces.begin(), squash->replaces.end(), has)) {
          continue;
        }
        trouble(Problem::Kind::inconsistent, node, parent);
      }
    }
  }

  void makePlan() {
    std::vector<char> seen;
    for (const int leaf : graph_.leaves()) graph_.plan(leaf, seen, loaded_.plan);
    for (const int node : loaded_.plan) {
      if (!applied(node)) loaded_.pending.push_back(node);
    }
  }

  const CodeNodes& code_;
  const Names& names_;
  const Marks& rows_;
  Graph graph_;
  std::vector<const Node*> squashes_;
  std::vector<char> progress_;
  std::map<int, std::vector<int>> replacements_;
  LoadedNodes loaded_;
};

std::vector<Key> keysOf(const Names& names, const std::vector<int>& ids) {
  std::vector<Key> keys;
  for (const int id : ids) keys.push_back(names.key(id));
  return keys;
}

Loaded inKeys(const Names& names, const LoadedNodes& found, const std::set<Key>& rows) {
  Loaded loaded;
  loaded.plan = keysOf(names, found.plan);
  loaded.pending = keysOf(names, found.pending);
  loaded.applied = rows;
  for (int id = 0; id < names.size(); ++id) {
    if (found.applied[static_cast<std::size_t>(id)] != 0) {
      loaded.applied.insert(names.key(id));
    } else {
      loaded.applied.erase(names.key(id));
    }
  }
  for (const auto& one : found.squashes) {
    const Key& key = names.key(one.squash);
    loaded.squashes.push_back({key, one.state, rows.contains(key), keysOf(names, one.applied),
                               keysOf(names, one.missing)});
  }
  for (const auto& one : found.troubles) {
    loaded.problems.push_back(
        {one.kind, names.key(one.node), names.key(one.other), keysOf(names, one.members)});
  }
  return loaded;
}

/// "/opt/netbox/netbox/dcim/migrations/0002_b.py:7"; nothing for what is in no file.
void addPlace(const Code& code, const Key& key, unsigned Migration::*line, Problem& problem) {
  const Migration* one = code.find(key);
  if (one == nullptr || one->path.empty()) return;
  problem.places.push_back(one->*line == 0 ? one->path
                                           : fmt::format("{}:{}", one->path, one->*line));
}

void addPlaces(const Code& code, Problem& problem) {
  switch (problem.kind) {
    case Problem::Kind::missing_node:
    case Problem::Kind::unknown_app:
    case Problem::Kind::inconsistent:
      return addPlace(code, problem.node, &Migration::dependencies_line, problem);
    case Problem::Kind::lost_members:
    case Problem::Kind::circular_replaces:
      return addPlace(code, problem.node, &Migration::replaces_line, problem);
    case Problem::Kind::cycle:
    case Problem::Kind::conflict:
      for (const Key& key : problem.members) {
        addPlace(code, key, &Migration::dependencies_line, problem);
      }
  }
}

std::string saying(const Problem& problem);

}  // namespace

const char* problemName(Problem::Kind kind) {
  switch (kind) {
    case Problem::Kind::missing_node:
      return "missing_node";
    case Problem::Kind::lost_members:
      return "lost_members";
    case Problem::Kind::cycle:
      return "cycle";
    case Problem::Kind::circular_replaces:
      return "circular_replaces";
    case Problem::Kind::conflict:
      return "conflict";
    case Problem::Kind::inconsistent:
      return "inconsistent";
    case Problem::Kind::unknown_app:
      return "unknown_app";
  }
  return "";
}

std::string inWords(const Problem& problem) {
  const std::string words = saying(problem);
  return problem.places.empty() ? words
                                : fmt::format("{} ({})", words, core::join(problem.places, ", "));
}

namespace {

std::string saying(const Problem& problem) {
  const std::string node = problem.node.inWords();
  const std::string other = problem.other.inWords();
  switch (problem.kind) {
    case Problem::Kind::missing_node:
      return problem.members.empty()
                 ? fmt::format("NodeNotFoundError: {} depends on {}, which is not there", node,
                               other)
                 : fmt::format(
                       "NodeNotFoundError: {} depends on {}, which is not there, and its "
                       "squash {} can't take its place because it is partly applied",
                       node, other, list(problem.members));
    case Problem::Kind::lost_members:
      return fmt::format(
          "{} is a squash that is partly applied, and {} of what it replaces exist "
          "nowhere and would never run: {}",
          node, problem.members.size(), list(problem.members));
    case Problem::Kind::cycle:
      return "CircularDependencyError: " + list(problem.members);
    case Problem::Kind::circular_replaces:
      return fmt::format("{} replaces a squash that replaces it", node);
    case Problem::Kind::conflict:
      return fmt::format(
          "conflicting migrations, several leaves in {}: {}; the advised "
          "makemigrations --merge would hide what never ran",
          problem.node.app, list(problem.members));
    case Problem::Kind::inconsistent:
      return fmt::format("InconsistentMigrationHistory: {} is applied before its dependency {}",
                         node, other);
    case Problem::Kind::unknown_app:
      return fmt::format("{} depends on {}, and {} is not installed", node, other,
                         problem.other.app);
  }
  return {};
}

}  // namespace

Rules rulesOf(const std::string& django_version) {
  int major = 0;
  std::from_chars(django_version.data(), django_version.data() + django_version.size(), major);
  return {major >= 6};
}

LoadedNodes load(const CodeNodes& code, const Marks& rows) { return Loader(code, rows).run(); }

Loaded load(const Code& code, const std::set<Key>& rows, const Rules& rules) {
  const Names names = namesOf(code.migrations);
  std::vector<Node> nodes;
  nodes.reserve(code.migrations.size());
  for (const Migration& one : code.migrations) nodes.push_back(nodeOf(names, one));
  CodeNodes list{&names, {}, {}, -1, code.environment, rules};
  for (const Node& node : nodes) list.nodes.push_back(&node);
  list.installed.resize(static_cast<std::size_t>(names.appCount()));
  for (const App& app : code.apps) {
    const int number = names.findApp(app.label);
    if (number >= 0) list.installed[static_cast<std::size_t>(number)] = 1;
  }
  list.user_app = names.findApp(code.user_model.substr(0, code.user_model.find('.')));
  Marks marks(static_cast<std::size_t>(names.size()));
  for (const Key& key : rows) {
    const int id = names.find(key);
    if (id >= 0) marks[static_cast<std::size_t>(id)] = 1;
  }
  Loaded loaded = inKeys(names, load(list, marks), rows);
  for (Problem& problem : loaded.problems) addPlaces(code, problem);
  return loaded;
}

}  // namespace migrations
