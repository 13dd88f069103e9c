#include "lib/migrations/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "lib/core/text.hpp"

namespace migrations {
namespace {

std::string list(const std::vector<Key>& keys) {
  std::vector<std::string> words;
  for (const Key& key : keys) words.push_back(key.inWords());
  return core::join(words, ", ");
}

class Loader {
 public:
  Loader(const Code& code, const std::set<Key>& rows, const Rules& rules)
      : code_(code), rows_(rows), rules_(rules), graph_(names_) {
    loaded_.applied = rows;
  }

  Loaded run() {
    addNodes();
    addInner();
    addOuter();
    replace();
    missingNodes();
    if (const auto ring = graph_.cycle(); !ring.empty()) {
      problem(Problem::Kind::cycle, ring.front(), ring.front(), ring);
      return std::move(loaded_);
    }
    conflicts();
    inconsistencies();
    makePlan();
    return std::move(loaded_);
  }

 private:
  void problem(Problem::Kind kind, int node, int other, const std::vector<int>& members) {
    Problem found{kind, names_.key(node), names_.key(other), {}};
    for (const int one : members) found.members.push_back(names_.key(one));
    loaded_.problems.push_back(std::move(found));
  }

  void addNodes() {
    for (const Migration& migration : code_.migrations) {
      const int node = names_.add(migration.key);
      graph_.addNode(node);
      if (!migration.replaces.empty()) squashes_.emplace(node, &migration);
    }
  }

  void addInner() {
    for (const Migration& migration : code_.migrations) {
      const int node = names_.find(migration.key);
      for (const Key& parent : migration.dependencies) {
        if (parent.app == migration.key.app && parent.name != kFirst) {
          const int resolved = special(migration, parent);
          if (resolved >= 0) graph_.addDependency(node, resolved);
        }
      }
    }
  }

  void addOuter() {
    for (const Migration& migration : code_.migrations) {
      const int node = names_.find(migration.key);
      for (const Key& parent : migration.dependencies) {
        if (parent.app == migration.key.app) continue;
        const int resolved = special(migration, parent);
        if (resolved >= 0) graph_.addDependency(node, resolved);
      }
      for (const Key& child : migration.run_before) {
        const int resolved = special(migration, child);
        if (resolved >= 0) graph_.addDependency(resolved, node);
      }
    }
  }

  /// The node that a dependency means; -1 for none.
  int special(const Migration& migration, const Key& key) {
    Key wanted = key;
    if (key.app == kSetting) {
      wanted = {code_.user_model.substr(0, code_.user_model.find('.')), std::string(kFirst)};
    }
    const bool first = wanted.name == kFirst;
    if (!first && wanted.name != kLatest) return names_.add(wanted);
    if (wanted.app == migration.key.app) return -1;
    const App* app = code_.app(wanted.app);
    if (app == nullptr) {
      // Without a virtual environment other applications are not known, which is no fault.
      if (code_.environment) {
        const int node = names_.find(migration.key);
        problem(Problem::Kind::unknown_app, node, names_.add(wanted), {});
      }
      return -1;
    }
    const auto found = first ? graph_.roots(wanted.app) : graph_.leaves(wanted.app);
    return found.empty() ? -1 : found.front();
  }

  void replace() {
    for (const auto& [node, migration] : squashes_) replaceOne(node, *migration);
  }

  void replaceOne(int node, const Migration& migration) {
    enum : char { begun = 1, done = 2 };
    char& progress = progress_[node];
    if (progress == done) return;
    if (progress == begun) {
      problem(Problem::Kind::circular_replaces, node, node, {});
      return;
    }
    progress = begun;
    std::vector<int> targets;
    for (const Key& key : migration.replaces) targets.push_back(names_.add(key));
    std::vector<int> resolved;
    for (const int target : targets) {
      const auto inner = rules_.nested_squashes ? squashes_.find(target) : squashes_.end();
      if (inner == squashes_.end()) {
        resolved.push_back(target);
        continue;
      }
      replaceOne(target, *inner->second);
      flatten(*inner->second, resolved, 0);
    }
    apply(node, targets, resolved);
    progress_[node] = done;
  }

  void flatten(const Migration& migration, std::vector<int>& to, int depth) {
    for (const Key& key : migration.replaces) {
      const auto inner = squashes_.find(names_.add(key));
      if (inner != squashes_.end() && depth < 50) {
        flatten(*inner->second, to, depth + 1);
      } else {
        to.push_back(names_.add(key));
      }
    }
  }

  void apply(int node, const std::vector<int>& targets, const std::vector<int>& resolved) {
    if (!graph_.has(node)) return;  // replaced itself
    Squash squash{names_.key(node), {}, loaded_.applied.contains(names_.key(node)), {}, {}};
    for (const int target : resolved) {
      const Key& key = names_.key(target);
      (loaded_.applied.contains(key) ? squash.applied : squash.missing).push_back(key);
    }
    const bool all = squash.missing.empty();
    const bool none = squash.applied.empty();
    squash.state = all    ? SquashState::all_applied
                   : none ? SquashState::none_applied
                          : SquashState::partly_applied;
    if (all) {
      loaded_.applied.insert(squash.key);
    } else {
      loaded_.applied.erase(squash.key);
    }
    if (all || none) {
      graph_.removeReplaced(node, targets);
    } else {
      lost(squash, node, targets);
      graph_.removeReplacement(node, targets);
    }
    loaded_.squashes.push_back(std::move(squash));
  }

  /// Members that are neither applied nor in the code: they can never run.
  void lost(const Squash& squash, int node, const std::vector<int>& targets) {
    Problem found{Problem::Kind::lost_members, squash.key, squash.key, {}};
    for (const Key& key : squash.missing) {
      if (!graph_.has(names_.find(key))) found.members.push_back(key);
    }
    for (const int target : targets) replacements_[target].push_back(node);
    if (!found.members.empty()) loaded_.problems.push_back(std::move(found));
  }

  void missingNodes() {
    for (const Graph::Dangling& one : graph_.dangling()) {
      const Key& missing = names_.key(one.missing);
      const bool installed = code_.app(missing.app) != nullptr;
      if (!installed && !code_.environment) continue;  // could not be looked at
      std::vector<int> tried;
      if (const auto found = replacements_.find(one.missing); found != replacements_.end()) {
        tried = found->second;
      }
      problem(installed ? Problem::Kind::missing_node : Problem::Kind::unknown_app, one.child,
              one.missing, tried);
    }
  }

  void conflicts() {
    std::map<std::string, std::vector<int>> leaves;
    for (const int leaf : graph_.leaves()) leaves[names_.key(leaf).app].push_back(leaf);
    for (const auto& [app, found] : leaves) {
      if (found.size() > 1) problem(Problem::Kind::conflict, found[0], found[1], found);
    }
  }

  /// Rows count here as they are in the table.
  void inconsistencies() {
    for (const int node : graph_.nodes()) {
      if (!rows_.contains(names_.key(node))) continue;
      for (const int parent : graph_.parents(node)) {
        if (!graph_.has(parent) || rows_.contains(names_.key(parent))) continue;
        const auto squash = squashes_.find(parent);
        if (squash != squashes_.end() &&
            std::all_of(squash->second->replaces.begin(), squash->second->replaces.end(),
                        [&](const Key& key) { return rows_.contains(key); })) {
          continue;
        }
        problem(Problem::Kind::inconsistent, node, parent, {});
      }
    }
  }

  void makePlan() {
    std::vector<char> seen;
    std::vector<int> order;
    for (const int leaf : graph_.leaves()) graph_.plan(leaf, seen, order);
    for (const int node : order) {
      loaded_.plan.push_back(names_.key(node));
      if (!loaded_.applied.contains(names_.key(node))) {
        loaded_.pending.push_back(names_.key(node));
      }
    }
  }

  const Code& code_;
  const std::set<Key>& rows_;
  const Rules& rules_;
  Names names_;
  Graph graph_;
  std::map<int, const Migration*> squashes_;
  std::map<int, char> progress_;
  std::map<int, std::vector<int>> replacements_;
  Loaded loaded_;
};

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

Rules rulesOf(const std::string& django_version) {
  int major = 0;
  std::from_chars(django_version.data(), django_version.data() + django_version.size(), major);
  return {major >= 6};
}

Loaded load(const Code& code, const std::set<Key>& rows, const Rules& rules) {
  return Loader(code, rows, rules).run();
}

}  // namespace migrations
