#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/migrations/fit.hpp"
#include "lib/migrations/path.hpp"

namespace migrations {

/// What is with one migration.
enum class State {
  applied,
  unapplied,
  squashed,         // a squash all of whose members are applied, recorded or not
  partly_squashed,  // a squash some of whose members are applied: it is not used
  replaced,         // a file that a squash stands for
  newer,            // a row that the code doesn't know: the database is newer
  former,           // a row of a migration that the code had once
  stranger,         // a row of an application that is not installed
  renumbered,       // a row that the code knows under another number
};
const char* stateName(State state);

struct InventoryLine {
  Key key;
  State state = State::applied;
  std::string when{};
  std::string remark{};
};

/// What the installation itself says, compared.
struct OwnAnswer {
  bool asked = false;
  std::string why{};  // it was not asked
  std::vector<std::string> differences{};
};

struct Inventory {
  std::string database;
  std::string code;
  std::string release{};               // whose migrations are applied; empty: of none
  std::vector<InventoryLine> lines{};  // the code's in the order of the plan, then rows
  FitVerdict fit{};
  std::vector<Doubt> doubts{};
  OwnAnswer own{};

  std::map<State, std::size_t> counts() const;
  const InventoryLine* find(const Key& key) const;
};

/// Pure.
Inventory takeInventory(const Start& start, const Code& code);

}  // namespace migrations
