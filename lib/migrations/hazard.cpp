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

std::vector<std::string> namesMade(const std::vector<const Migration*>& pending) {
  std::vector<std::string> made;
  std::set<std::string> gone;
  const auto makes = [&](const std::string& name) {
    if (!name.empty() && !gone.contains(name)) made.push_back(name);
  };
  for (const Migration* migration : pending) {
    const std::string& app = migration->key.app;
    eachOperation(migration->operations, [&](const Operation& one) {
      if (one.kind == "CreateModel") {
        makes(one.table.empty() ? tableName(app, one.model) : one.table);
      } else if (isAny(one.kind, {"AddIndex", "AddIndexConcurrently", "AddConstraint"})) {
        makes(one.object);
      } else if (one.kind == "RenameModel") {
        gone.insert(tableName(app, one.model));
        makes(tableName(app, one.object));
      } else if (one.kind == "DeleteModel") {
        gone.insert(tableName(app, one.model));
      } else if (isAny(one.kind, {"RemoveIndex", "RemoveConstraint"})) {
        gone.insert(one.object);
      }
    });
  }
  return made;
}

}  // namespace migrations
