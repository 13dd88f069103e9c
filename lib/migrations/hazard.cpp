#include "lib/migrations/hazard.hpp"

#include <algorithm>
#include <array>

#include "lib/migrations/read_operation.hpp"

namespace migrations {
namespace {

bool isAny(const std::string& kind, std::initializer_list<std::string_view> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// Sends nothing to the database.
bool isStateOnly(const Operation& operation) {
  return isAny(operation.kind, {"AlterModelOptions", "AlterModelManagers"});
}

template <typename Take>
void eachOperation(const std::vector<Operation>& operations, Take take) {
  for (const Operation& one : operations) {
    if (one.kind == "SeparateDatabaseAndState") {
      eachOperation(one.database, take);
    } else {
      take(one);
    }
  }
}

class Watch {
 public:
  void operation(const std::string& app, const Operation& one) {
    if (one.isData()) {
      if (one.touches && one.touches->empty()) return;
      ++found_.data_operations;
      if (one.touches) {
        touched_.insert(one.touches->begin(), one.touches->end());
      } else {
        anything_ = true;
      }
      return;
    }
    if (isStateOnly(one) || one.model.empty() || one.kind == "CreateModel") return;
    if (hit_ && found_.certain) return;
    const std::string model = app + "." + one.model;
    const bool certain = touched_.contains(model);
    if (!certain && (hit_ || !anything_)) return;
    hit_ = true;
    found_.certain = certain;
    found_.operation = one.kind;
    found_.model = model;
  }
  std::optional<DataThenSchema> found() const {
    return hit_ ? std::optional(found_) : std::nullopt;
  }

 private:
  std::set<std::string> touched_;
  bool anything_ = false;
  bool hit_ = false;
  DataThenSchema found_;
};

}  // namespace

std::optional<DataThenSchema> dataThenSchema(const std::vector<Migration>& members, bool atomic) {
  if (!atomic) return std::nullopt;
  Watch watch;
  for (const Migration& member : members) {
    eachOperation(member.operations,
                  [&](const Operation& one) { watch.operation(member.key.app, one); });
  }
  return watch.found();
}

std::optional<DataThenSchema> dataThenSchema(const Migration& migration) {
  if (!migration.atomic) return std::nullopt;
  Watch watch;
  eachOperation(migration.operations,
                [&](const Operation& one) { watch.operation(migration.key.app, one); });
  return watch.found();
}

std::string tableName(const std::string& app, const std::string& model) {
  return app + "_" + lowered(model);
}

namespace {

/// Follows what migrations make and remove.
class Makers {
 public:
  void operation(const std::string& app, const Operation& one) {
    const std::string table = tableName(app, one.model);
    if (one.kind == "CreateModel") {
      makes(one.table.empty() ? table : one.table);
      fields(one.table.empty() ? table : one.table, one);
    } else if (one.kind == "AddField") {
      fields(table, one);
    } else if (isAny(one.kind, {"AddIndex", "AddIndexConcurrently", "AddConstraint"})) {
      makes(one.object);
    } else if (one.kind == "RenameModel") {
      gone_.insert(table);  // its indexes keep their names
      makes(tableName(app, one.object));
    } else if (one.kind == "DeleteModel") {
      gone_.insert(table);
      dropped_.insert(table);
    } else if (one.kind == "RemoveField") {
      for (const std::string& column : {one.object, one.object + "_id"}) {
        dropped_.insert(table + "." + column);
      }
    } else if (isAny(one.kind, {"RemoveIndex", "RemoveConstraint"})) {
      gone_.insert(one.object);
    }
  }
  std::vector<std::string> made() { return std::move(made_); }

 private:
  void makes(const std::string& name) {
    if (!name.empty() && !gone_.contains(name)) made_.push_back(name);
  }
  /// A table or column that was dropped took its indexes along.
  void fields(const std::string& table, const Operation& one) {
    if (dropped_.contains(table)) return;
    for (const IndexedField& field : one.indexed) {
      if (dropped_.contains(table + "." + field.column)) continue;
      for (const std::string& name : namesOf(table, field)) makes(name);
    }
  }

  std::vector<std::string> made_;
  std::set<std::string> gone_;
  std::set<std::string> dropped_;  // tables, and columns as "table.column"
};

}  // namespace

std::vector<std::string> namesMade(const std::vector<const Migration*>& pending) {
  Makers makers;
  for (const Migration* migration : pending) {
    eachOperation(migration->operations,
                  [&](const Operation& one) { makers.operation(migration->key.app, one); });
  }
  return makers.made();
}

}  // namespace migrations
