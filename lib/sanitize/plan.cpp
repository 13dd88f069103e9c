#include "lib/sanitize/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace sanitize {
namespace {

const Treatment kEmptyIt{Action::empty, Format::text, {}, "empty"};
const Treatment kNullIt{Action::null, Format::text, {}, "null"};

}  // namespace

void JsonPlan::add(Key key) {
  const auto same = std::find_if(keys_.begin(), keys_.end(),
                                 [&](const Key& one) { return one.name == key.name; });
  if (same == keys_.end()) keys_.push_back(std::move(key));
}

void JsonPlan::build() {
  std::size_t size = 16;
  while (size < keys_.size() * 4) size *= 2;
  slots_.assign(size, -1);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    std::size_t at = hashOf(keys_[i].name) & (size - 1);
    while (slots_[at] >= 0) at = (at + 1) & (size - 1);
    slots_[at] = static_cast<int>(i);
  }
}

ColumnType columnType(const std::string& type) {
  if (type.ends_with("[]")) return ColumnType::array;
  if (type == "json" || type == "jsonb") return ColumnType::json;
  if (type == "bytea") return ColumnType::bytes;
  if (type == "text" || type.starts_with("character") || type.ends_with("citext")) {
    return ColumnType::text;
  }
  return ColumnType::other;
}

Plan::Plan(const RuleSet& rules, const Catalogue& catalogue, const Facts& facts, Options options)
    : rules_(rules), catalogue_(catalogue), facts_(facts), options_(options) {
  requireSchema();
  decideTables();
  followReferences();
  findUnknownColumns();
  planObjects();
}

const std::string& Plan::rulesOf(const std::string& table) const {
  const std::string* name = &table;
  for (int hops = 0; hops < 16 && !rules_.knows(*name); ++hops) {
    const auto parent = facts_.partitions.find(*name);
    if (parent == facts_.partitions.end()) return table;
    name = &parent->second;
  }
  return *name;
}

/// A table that only says what belongs to what. Whether its rows may stay is a question of the
/// tables that it points to.
bool Plan::linksOnly(const TableFacts& table) const {
  return !table.columns.empty() &&
         std::all_of(table.columns.begin(), table.columns.end(), [](const ColumnFacts& column) {
           const bool key =
               column.type == "bigint" || column.type == "integer" || column.type == "uuid";
           return key && (column.name == "id" || column.name.ends_with("_id"));
         });
}

/// Without its CREATE TABLE nobody knows what a table's values are.
void Plan::requireSchema() const {
  for (const std::string& table : facts_.with_rows) {
    if (facts_.tables.count(table) != 0) continue;
    throw core::Error(core::Kind::refused,
                      fmt::format("the dump has rows of table {}, but not its CREATE TABLE",
                                  core::printable(table)),
                      "Make a dump with the schema: pg_dump without --data-only and --table.");
  }
}

void Plan::decideTables() {
  for (const auto& [table, facts] : facts_.tables) {
    const std::string& rules = rulesOf(table);
    if (rules_.truncate.count(rules) != 0) {
      emptied_[table] = "the rules say so";
    } else if (options_.without_changelog && rules_.changelog.count(rules) != 0) {
      emptied_[table] = "--without changelog";
    } else if (!rules_.knows(rules) && !linksOnly(facts)) {
      emptied_[table] = "no rule knows it";
      unknown_tables_.push_back(table);
    }
  }
}

/// Rows that point to rows that go: what can point nowhere does, links go as well, and what is left
/// is refused.
void Plan::followReferences() {
  std::vector<std::string> dangling;
  for (bool changed = true; changed;) {
    changed = false;
    for (const ForeignKey& key : facts_.foreign_keys) {
      if (emptied_.count(key.parent) == 0 || emptied_.count(key.table) != 0) continue;
      const auto table = facts_.tables.find(key.table);
      if (table == facts_.tables.end()) continue;
      const bool fixed = std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
        const ColumnFacts* column = table->second.find(name);
        return column == nullptr || column->not_null;
      });
      if (!fixed) {
        auto& columns = loosened_[key.table];
        for (const std::string& column : key.columns) {
          if (std::find(columns.begin(), columns.end(), column) != columns.end()) continue;
          columns.push_back(column);
          loosened_names_.push_back(key.table + "." + column);
        }
      } else if (linksOnly(table->second)) {
        emptied_[key.table] = fmt::format("it links to {}, which is emptied", key.parent);
        changed = true;
      } else {
        dangling.push_back(fmt::format("{}.{} points to {} ({}), and may not be null", key.table,
                                       core::join(key.columns, ", "), key.parent,
                                       emptied_.at(key.parent)));
      }
    }
  }
  std::sort(dangling.begin(), dangling.end());
  dangling.erase(std::unique(dangling.begin(), dangling.end()), dangling.end());
  if (dangling.empty()) return;
  throw core::Error(core::Kind::refused,
                    "emptying tables would leave references that lead nowhere:\n  " +
                        core::join(dangling, "\n  "),
                    "Give a rules file (--rules) that truncates those tables as well, or that has "
                    "rules for the tables they point to.");
}

ColumnPlan Plan::columnPlan(const std::string& table, const std::string& rules,
                            const ColumnFacts& column) const {
  ColumnPlan plan;
  plan.name = column.name;
  plan.type = columnType(column.type);
  plan.not_null = column.not_null;
  plan.length = column.length;
  plan.catalogue = catalogue_.find(rules, column.name);
  const auto rule = rules_.find(rules, column.name, column.type);
  if (rule) {
    plan.treatment = rule->treatment;
    plan.origin = rule->origin;
    plan.reason = rule->reason;
  } else if (linksOnly(facts_.tables.at(table))) {
    plan.origin = "links";
    plan.reason = "a reference";
  } else {
    plan.treatment = kEmptyIt;
    plan.origin = "unknown";
  }
  if (const auto loose = loosened_.find(table); loose != loosened_.end()) {
    const auto& columns = loose->second;
    if (std::find(columns.begin(), columns.end(), column.name) != columns.end()) {
      plan.treatment = kNullIt;
      plan.origin = "references";
    }
  }
  // A form that a type has no empty value of becomes null or the type's own nothing.
  if (plan.treatment.action == Action::empty && plan.type != ColumnType::text) {
    if (!column.not_null) {
      plan.treatment.action = Action::null;
    } else if (plan.type == ColumnType::json || plan.type == ColumnType::array) {
      plan.treatment.action = Action::constant;
      plan.treatment.text = "{}";
    } else if (plan.type == ColumnType::bytes) {
      plan.treatment.action = Action::constant;
      plan.treatment.text = "\\x";
    } else {
      plan.treatment.action = Action::constant;
      plan.treatment.text = column.type == "boolean" ? "f" : "0";
    }
  }
  if (plan.treatment.action == Action::null && column.not_null) {
    plan.treatment.action = plan.type == ColumnType::json ? Action::constant : Action::empty;
    plan.treatment.text = "{}";
  }
  return plan;
}

void Plan::findUnknownColumns() {
  for (const auto& [table, facts] : facts_.tables) {
    if (emptied_.count(table) != 0) continue;
    for (const ColumnFacts& column : facts.columns) {
      if (column.generated) continue;
      if (columnPlan(table, rulesOf(table), column).origin == "unknown") {
        unknown_columns_.push_back({table, column.name, column.type});
      }
    }
  }
}

std::size_t Plan::counter(CounterName name) {
  counters_.push_back(std::move(name));
  return counters_.size() - 1;
}

/// Change logs call a column by its name, a reference without "_id", and custom fields without
/// "_data".
void Plan::planObjects() {
  const auto plan = [&](ObjectPlan& object, const std::string& table) {
    object.table = table;
    const auto repr = rules_.repr.find(table);
    object.repr = repr == rules_.repr.end() ? nullptr : &repr->second;
    // What is gone from the schema may still be in the log: rules count, not the dump's columns.
    const auto rules = rules_.tables.find(table);
    const auto catalogue = catalogue_.tables.find(table);
    const auto facts = facts_.tables.find(table);
    object.known = rules != rules_.tables.end();
    const auto add = [&](const std::string& column, const Treatment& treatment) {
      const CatalogueColumn* sensitive = catalogue_.find(table, column);
      std::vector<std::string> names{column};
      if (column.ends_with("_id")) names.push_back(column.substr(0, column.size() - 3));
      if (column == "custom_field_data" || column == "_custom_field_data") {
        names.push_back("custom_fields");
      }
      std::size_t number = 0;
      if (treatment.action != Action::keep) {
        number = counter({table, "in the change log: " + column, treatment.word});
      }
      for (const std::string& name : names) {
        object.json.add({name, treatment, sensitive, treatment.text, number});
      }
    };
    if (object.known) {
      for (const auto& [column, rule] : rules->second) add(column, rule.treatment);
      if (facts != facts_.tables.end()) {
        for (const ColumnFacts& column : facts->second.columns) {
          const auto rule = rules_.find(table, column.name, column.type);
          if (rule && rules->second.count(column.name) == 0) add(column.name, rule->treatment);
        }
      }
      for (const char* key : {"id", "created", "last_updated"}) add(key, Treatment{});
      // A list of names of tags.
      const auto tags = rules_.find("extras_tag", "name", "");
      add("tags", tags ? tags->treatment : kEmptyIt);
    }
    if (catalogue != catalogue_.tables.end()) {
      for (const auto& [column, sensitive] : catalogue->second) {
        object.json.add({column, kEmptyIt, &sensitive, {}, 0});
      }
    }
    object.json.build();
  };
  for (const auto& [id, table] : facts_.object_types) plan(objects_[id], table);
  unknown_object_.json.build();
}

const ObjectPlan& Plan::objectFor(std::string_view type_id) const {
  const auto found = objects_.find(type_id);
  return found == objects_.end() ? unknown_object_ : found->second;
}

std::unique_ptr<TablePlan> Plan::tableFor(const std::string& table,
                                          const std::vector<std::string>& columns) {
  auto plan = std::make_unique<TablePlan>();
  plan->table = table;
  plan->rules = rulesOf(table);
  const auto emptied = emptied_.find(table);
  const auto at = [&](std::string_view name) {
    const auto found = std::find(columns.begin(), columns.end(), name);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
  };
  plan->counter = counter({table, {}, emptied != emptied_.end() ? "emptied" : "", {}});
  for (const std::string& name : columns) {
    const ColumnFacts* column = facts_.column(table, name);
    const ColumnFacts unknown{name, "", 0, false, false};
    plan->columns.push_back(columnPlan(table, plan->rules, column == nullptr ? unknown : *column));
  }
  for (std::size_t i = 0; i < plan->columns.size(); ++i) {
    ColumnPlan& column = plan->columns[i];
    if (column.catalogue != nullptr) plan->collected.push_back(i);
    if (column.treatment.action == Action::keep) continue;
    if (column.treatment.action == Action::natural || column.treatment.action == Action::shift) {
      column.sibling = at(column.treatment.text);
    }
    column.counter = counter({table, column.name, column.treatment.word, column.origin});
    plan->treated.push_back(i);
  }
  plan->id = at("id") >= 0 ? at("id") : columns.empty() ? -1 : 0;
  plan->object_type = at("changed_object_type_id");
  plan->object_id = at("changed_object_id");
  plan->user_flag =
      plan->rules == "users_user" || plan->rules == "auth_user" ? at("is_superuser") : -1;
  if (emptied != emptied_.end()) {
    plan->fate = TableFate::empty;
    plan->why = emptied->second;
  } else if (!plan->treated.empty()) {
    plan->fate = TableFate::rewrite;
  }
  return plan;
}

std::vector<std::string> Plan::unmatched() const {
  std::vector<std::string> found;
  for (const SiteRule& rule : rules_.site_rules) {
    const bool matched = facts_.tables.count(rule.table) != 0 &&
                         (rule.column.empty() || facts_.column(rule.table, rule.column) != nullptr);
    if (!matched) found.push_back(rule.inWords());
  }
  return found;
}

core::Json Plan::coverage() const {
  core::Json list = core::Json::array();
  for (const auto& [table, facts] : facts_.tables) {
    const auto emptied = emptied_.find(table);
    for (const ColumnFacts& column : facts.columns) {
      const ColumnPlan plan = columnPlan(table, rulesOf(table), column);
      core::Json row = {{"table", table}, {"column", column.name}, {"type", column.type}};
      row["sensitive"] =
          plan.catalogue == nullptr ? core::Json() : core::Json(plan.catalogue->kind);
      if (emptied != emptied_.end()) {
        row["treatment"] = "truncate";
        row["why"] = emptied->second;
      } else if (column.generated) {
        row["treatment"] = "generated";
        row["why"] = "computed again by the database that it is restored into";
      } else if (plan.origin == "unknown") {
        row["treatment"] = "unknown";
        row["why"] = "no rule names it";
      } else {
        row["treatment"] = plan.treatment.word.empty() ? "keep" : plan.treatment.word;
        row["why"] = plan.reason.empty() ? plan.origin : plan.reason;
      }
      list.push_back(std::move(row));
    }
  }
  return list;
}

}  // namespace sanitize
