#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/migrations/field_index.hpp"

namespace migrations {

/// A migration's name: "dcim.0001_initial".
struct Key {
  std::string app;
  std::string name;
  auto operator<=>(const Key&) const = default;
  std::string inWords() const { return app + "." + name; }
};

/// Names that stand for a migration of an application, not for a migration of that name.
inline constexpr std::string_view kFirst = "__first__";
inline constexpr std::string_view kLatest = "__latest__";
/// Application of a dependency on the application that a setting names (AUTH_USER_MODEL).
inline constexpr std::string_view kSetting = "__setting__";

/// One operation of a migration.
struct Operation {
  std::string kind;     // class name: "AddField"
  std::string model{};  // lower case, without the application; empty: none, or not known
  std::string
      object{};         // field, constraint, index, collation; new name of a renamed model or field
  std::string table{};  // where it is set: db_table of CreateModel, table of AlterModelTable
  unsigned line = 0;
  bool elidable = false;
  /// RunPython: the models ("dcim.cable") that its function fetches; nothing if that can't be seen.
  std::optional<std::vector<std::string>> touches{};
  /// SeparateDatabaseAndState: its database_operations.
  std::vector<Operation> database{};
  /// CreateModel, AddField: what gets an index that nobody names. Known of files that were read.
  std::vector<IndexedField> indexed{};

  /// Moves data: RunPython or RunSQL.
  bool isData() const { return kind == "RunPython" || kind == "RunSQL"; }
};

/// What could not be read without running the file.
struct Doubt {
  std::string path;
  unsigned line = 0;  // 0: the whole file
  std::string what;   // "its dependencies are worked out"
  std::string inWords() const;
};

/// One migration file.
struct Migration {
  Key key;
  std::vector<Key> dependencies{};
  std::vector<Key> replaces{};
  std::vector<Key> run_before{};
  std::vector<Operation> operations{};
  std::optional<bool> initial{};
  bool atomic = true;
  std::string path{};
  unsigned dependencies_line = 0;  // of its file; 0: not known
  unsigned replaces_line = 0;
  std::vector<Doubt> doubts{};
};

/// The number in front of a name: 182 for "0182_zero_length_cable_fix"; nothing if there is none.
std::optional<int> numberOf(std::string_view name);
/// What follows the number: "zero_length_cable_fix".
std::string_view tailOf(std::string_view name);

}  // namespace migrations
