#pragma once

#include <set>
#include <string>
#include <vector>

#include "lib/migrations/names.hpp"
#include "lib/migrations/tree.hpp"

namespace migrations {

/// What Django would refuse, or what would go wrong without its saying so.
struct Problem {
  enum class Kind {
    missing_node,       // NodeNotFoundError
    lost_members,       // partly applied squash whose rest is not in the code
    cycle,              // CircularDependencyError
    circular_replaces,  // squashes that replace one another
    conflict,           // several leaves in one application
    inconsistent,       // InconsistentMigrationHistory
    unknown_app,        // dependency on an application that is not installed
  };
  Kind kind = Kind::missing_node;
  Key node;                    // where it shows
  Key other{};                 // the node that is missing, or its squash
  std::vector<Key> members{};  // lost members, leaves, ring
  /// Files that it is in, "PATH:LINE"; none where the code is no files.
  std::vector<std::string> places{};
};

/// "missing_node", for machines.
const char* problemName(Problem::Kind kind);
/// What Django says or would do, in words, and where.
std::string inWords(const Problem& problem);

/// Which rules hold: those of the Django that the code uses.
struct Rules {
  /// Since 6.0 a squash may replace squashes.
  bool nested_squashes = false;
};
/// By version ("4.2.16"); an unknown one has the rules that all since 2.2 share.
Rules rulesOf(const std::string& django_version);

/// State of a squash file.
enum class SquashState { none_applied, all_applied, partly_applied };
struct Squash {
  Key key;
  SquashState state = SquashState::none_applied;
  bool recorded = false;       // has a row of its own
  std::vector<Key> applied{};  // of what it replaces
  std::vector<Key> missing{};  // of what it replaces: not applied
};

/// What Django makes of the code and of the rows of a database, before it would change anything.
struct Loaded {
  std::vector<Key> plan{};     // all nodes in the order of `showmigrations --plan`
  std::vector<Key> pending{};  // those that `migrate` would apply, in that order
  std::set<Key> applied{};     // rows, and squashes that count as applied
  std::vector<Squash> squashes{};
  std::vector<Problem> problems{};
};

/// Rows, or nodes that count as applied: one mark for each number of Names.
using Marks = std::vector<char>;

/// Code as numbers, for judging it often. Refers to names and nodes, which must outlive it.
struct CodeNodes {
  const Names* names = nullptr;
  std::vector<const Node*> nodes{};
  std::vector<char> installed{};  // by the number of the application
  int user_app = -1;              // of AUTH_USER_MODEL
  bool environment = false;       // applications that are not installed are missing
  Rules rules{};
};

/// What Loaded says, as numbers.
struct LoadedNodes {
  struct Replaced {
    int squash = 0;
    SquashState state = SquashState::none_applied;
    std::vector<int> applied{};
    std::vector<int> missing{};
  };
  struct Trouble {
    Problem::Kind kind = Problem::Kind::missing_node;
    int node = 0;
    int other = 0;
    std::vector<int> members{};
  };
  std::vector<int> plan{};
  std::vector<int> pending{};
  Marks applied{};
  std::vector<Replaced> squashes{};
  std::vector<Trouble> troubles{};
};
LoadedNodes load(const CodeNodes& code, const Marks& rows);

/// Builds the graph as Django's loader does and says what it would find. Pure.
/// Source: django/db/migrations/loader.py and executor.py of Django 1.10 to 6.1.
Loaded load(const Code& code, const std::set<Key>& rows, const Rules& rules);

}  // namespace migrations
