#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/json.hpp"
#include "lib/sanitize/facts.hpp"
#include "lib/sanitize/rules.hpp"

namespace sanitize {

/// What a column can hold, as far as an empty or blanked value depends on it.
enum class ColumnType { text, json, array, bytes, other };

/// What is done to one column, and what is collected from it.
struct ColumnPlan {
  std::string name;
  ColumnType type = ColumnType::text;
  bool not_null = false;
  int length = 0;
  Treatment treatment;
  std::string origin{};
  std::string reason{};
  int sibling = -1;         // column that natural and shift look at
  std::size_t counter = 0;  // of the report
  const CatalogueColumn* catalogue = nullptr;
};

/// The keys of a change log entry's JSON, for one table. Looked up for each key of each row: open
/// addressing over the key's text.
class JsonPlan {
 public:
  struct Key {
    std::string name;
    Treatment treatment;
    const CatalogueColumn* catalogue = nullptr;
    std::string sibling{};  // key that shift looks at
    std::size_t counter = 0;
  };
  void add(Key key);
  /// Call once, after the last add().
  void build();
  const Key* find(std::string_view name) const {
    if (slots_.empty()) return nullptr;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hashOf(name) & mask; slots_[at] >= 0; at = (at + 1) & mask) {
      const Key& key = keys_[static_cast<std::size_t>(slots_[at])];
      if (key.name == name) return &key;
    }
    return nullptr;
  }
  const std::vector<Key>& keys() const { return keys_; }

 private:
  /// Of the length, both ends and the middle: names of columns differ there.
  static std::size_t hashOf(std::string_view name) {
    if (name.empty()) return 0;
    const auto byte = [&](std::size_t at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(name[at]));
    };
    const std::size_t hash = name.size() + (byte(0) << 8) + (byte(name.size() - 1) << 16) +
                             (byte(name.size() / 2) << 24) + (byte(name.size() / 3) << 32);
    return (hash * 0x9e3779b97f4a7c15U) >> 40;
  }
  std::vector<Key> keys_;
  std::vector<int> slots_;
};

/// What the change log says of one type of objects.
struct ObjectPlan {
  std::string table;
  bool known = false;  // rules know the table
  JsonPlan json;
  const ReprRule* repr = nullptr;
};

enum class TableFate { rewrite, verbatim, empty };

struct TablePlan {
  std::string table;  // key
  std::string rules;  // the table whose rules count: the parent of a partition
  TableFate fate = TableFate::verbatim;
  std::string why;                     // of an empty one
  std::vector<ColumnPlan> columns;     // as the COPY statement lists them
  std::vector<std::size_t> treated;    // columns with something to do, ascending
  std::vector<std::size_t> collected;  // columns of the catalogue, ascending
  int id = -1;                         // column that names a row
  int object_type = -1;                // of a change log
  int object_id = -1;
  int user_flag = -1;  // is_superuser of the user table
  std::size_t counter = 0;
};

/// Counters of the report: one per table and one per treated column or JSON key.
struct CounterName {
  std::string table;
  std::string column;  // empty: rows of the table
  std::string treatment;
  std::string origin{};
};

struct UnknownColumn {
  std::string table;
  std::string column;
  std::string type;
};

/// How a dump's tables are treated: rules and catalogue bound to what the dump really has.
class Plan {
 public:
  struct Options {
    bool empty_unknown_columns = false;
    bool without_changelog = false;
  };
  /// Errors: refused for references that emptied rows would leave dangling, and for rows without a
  /// CREATE TABLE.
  Plan(const RuleSet& rules, const Catalogue& catalogue, const Facts& facts, Options options);

  /// For the rows of a COPY or INSERT of these columns.
  std::unique_ptr<TablePlan> tableFor(const std::string& table,
                                      const std::vector<std::string>& columns);
  /// The change log's plan for an object type's number; never null.
  const ObjectPlan& objectFor(std::string_view type_id) const;

  const std::vector<UnknownColumn>& unknownColumns() const { return unknown_columns_; }
  const std::map<std::string, std::string>& emptied() const { return emptied_; }  // table -> why
  const std::vector<std::string>& unknownTables() const { return unknown_tables_; }
  /// "table.column" set to null because it pointed to emptied rows.
  const std::vector<std::string>& loosened() const { return loosened_names_; }
  const std::vector<CounterName>& counters() const { return counters_; }
  /// Rules of site files that nothing in the dump matches.
  std::vector<std::string> unmatched() const;
  const RuleSet& rules() const { return rules_; }
  const Facts& facts() const { return facts_; }
  /// Each table and column with its rule, for `sanitize coverage`.
  core::Json coverage() const;

 private:
  const std::string& rulesOf(const std::string& table) const;
  bool linksOnly(const TableFacts& table) const;
  void requireSchema() const;
  void decideTables();
  void followReferences();
  void findUnknownColumns();
  void planObjects();
  ColumnPlan columnPlan(const std::string& table, const std::string& rules,
                        const ColumnFacts& column) const;
  std::size_t counter(CounterName name);

  const RuleSet& rules_;
  const Catalogue& catalogue_;
  const Facts& facts_;
  Options options_;
  std::map<std::string, std::string> emptied_;
  std::vector<std::string> unknown_tables_;
  std::vector<UnknownColumn> unknown_columns_;
  std::map<std::string, std::vector<std::string>> loosened_;  // table -> columns
  std::vector<std::string> loosened_names_;
  std::map<std::string, ObjectPlan, std::less<>> objects_;
  ObjectPlan unknown_object_;
  std::vector<CounterName> counters_;
};

ColumnType columnType(const std::string& sql_type);

}  // namespace sanitize
