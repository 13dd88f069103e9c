#include "lib/migrations/read_operation.hpp"

#include <algorithm>
#include <array>

namespace migrations {
namespace {

/// Where an operation's constructor has the name of its model, and of what it changes there.
/// Source: django/db/migrations/operations/ of Django 6.0 (models.py, fields.py, special.py), and
/// django/contrib/postgres/operations.py.
struct Shape {
  std::string_view kind;
  std::string_view model;
  std::string_view object;  // at position 1; empty: none
};
constexpr std::array<Shape, 23> kShapes{{
    {"CreateModel", "name", ""},
    {"DeleteModel", "name", ""},
    {"RenameModel", "old_name", "new_name"},
    {"AlterModelTable", "name", ""},
    {"AlterModelTableComment", "name", ""},
    {"AlterModelOptions", "name", ""},
    {"AlterModelManagers", "name", ""},
    {"AlterUniqueTogether", "name", ""},
    {"AlterIndexTogether", "name", ""},
    {"AlterOrderWithRespectTo", "name", ""},
    {"AddField", "model_name", "name"},
    {"RemoveField", "model_name", "name"},
    {"AlterField", "model_name", "name"},
    {"RenameField", "model_name", "old_name"},
    {"AddIndex", "model_name", "index"},
    {"RemoveIndex", "model_name", "name"},
    {"RenameIndex", "model_name", "new_name"},
    {"AddConstraint", "model_name", "constraint"},
    {"RemoveConstraint", "model_name", "name"},
    {"AlterConstraint", "model_name", "name"},
    {"AddIndexConcurrently", "model_name", "index"},
    {"RemoveIndexConcurrently", "model_name", "name"},
    {"CreateCollation", "", "name"},
}};

std::string textOf(const Expression* expression) {
  if (expression == nullptr) return {};
  if (expression->is(Expression::Kind::text)) return expression->text;
  if (expression->is(Expression::Kind::call)) return textOf(expression->argument("name", -1));
  return {};
}

std::string tableOption(const Expression& call) {
  const Expression* options = call.argument("options", 2);
  if (options == nullptr || !options->is(Expression::Kind::dictionary)) return {};
  return textOf(options->argument("db_table", -1));
}

void readShape(const Expression& call, Operation& operation) {
  const auto* shape = std::find_if(kShapes.begin(), kShapes.end(),
                                   [&](const Shape& one) { return one.kind == operation.kind; });
  if (shape == kShapes.end()) return;
  if (!shape->model.empty()) operation.model = lowered(textOf(call.argument(shape->model, 0)));
  if (!shape->object.empty()) {
    operation.object = textOf(call.argument(shape->object, shape->model.empty() ? 0 : 1));
  }
  if (operation.kind == "CreateModel") operation.table = tableOption(call);
  if (operation.kind == "AlterModelTable") operation.table = textOf(call.argument("table", 1));
}

/// ("name", models.CharField(…)) in CreateModel's list; field= of AddField.
void readFields(const Expression& call, Operation& operation) {
  const auto add = [&](const std::string& name, const Expression& field) {
    if (auto indexed = indexedField(name, field)) operation.indexed.push_back(std::move(*indexed));
  };
  if (operation.kind == "AddField") {
    if (const Expression* field = call.argument("field", 2)) add(operation.object, *field);
  }
  const Expression* list = operation.kind == "CreateModel" ? call.argument("fields", 1) : nullptr;
  if (list == nullptr || !list->is(Expression::Kind::list)) return;
  for (const Expression& pair : list->items) {
    if (!pair.is(Expression::Kind::list) || pair.items.size() != 2) continue;
    add(textOf(&pair.items[0]), pair.items[1]);
  }
}

bool isTrue(const Expression* expression) {
  return expression != nullptr && expression->isName("True");
}

void readSpecial(const Expression& call, const Touches& touches, const Doubting& doubt,
                 Operation& operation) {
  if (operation.kind == "RunPython") {
    const Expression* code = call.argument("code", 0);
    if (code != nullptr && code->is(Expression::Kind::name)) {
      if (code->lastName() == "noop") {
        operation.touches.emplace();
      } else {
        operation.touches = touches(code->text);
      }
    }
    operation.elidable = isTrue(call.argument("elidable", 4));
  } else if (operation.kind == "RunSQL") {
    operation.elidable = isTrue(call.argument("elidable", 4));
  } else if (operation.kind == "SeparateDatabaseAndState") {
    const Expression* inner = call.argument("database_operations", 0);
    if (inner != nullptr && inner->is(Expression::Kind::list)) {
      operation.database = readOperations(*inner, touches, doubt);
    } else if (inner != nullptr && !inner->isName("None")) {
      doubt(inner->line, "its database_operations are worked out");
    }
  }
}

}  // namespace

std::string lowered(std::string_view text) {
  std::string all(text);
  for (char& c : all) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return all;
}

std::vector<Operation> readOperations(const Expression& list, const Touches& touches,
                                      const Doubting& doubt) {
  std::vector<Operation> operations;
  for (const Expression& item : list.items) {
    if (!item.is(Expression::Kind::call)) {
      doubt(item.line, "an operation is worked out");
      continue;
    }
    Operation operation;
    operation.kind = item.lastName();
    operation.line = item.line;
    readShape(item, operation);
    readFields(item, operation);
    readSpecial(item, touches, doubt, operation);
    operations.push_back(std::move(operation));
  }
  return operations;
}

}  // namespace migrations
