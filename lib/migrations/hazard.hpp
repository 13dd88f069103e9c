#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/migrations/migration.hpp"

namespace migrations {

/// What in a migration's operations goes wrong on tables that have rows.
struct DataThenSchema {
  int data_operations = 0;  // RunPython and RunSQL, the harmless ones left out
  std::string operation{};  // "AlterField", the first one behind them on a table of theirs
  std::string model{};      // "dcim.cable"
  bool certain = false;     // the functions say which models they fetch, and it is one of them
};

/// Data operations and then a schema operation on the same table in one transaction: PostgreSQL
/// refuses to alter a table that has pending trigger events. Nothing if there is none.
/// Source: PostgreSQL, CheckTableNotInUse() in src/backend/commands/tablecmds.c.
std::optional<DataThenSchema> dataThenSchema(const std::vector<Migration>& members, bool atomic);
std::optional<DataThenSchema> dataThenSchema(const Migration& migration);

/// Names in the database that migrations would make, in the order in which they run, without those
/// that they themselves remove before: tables, indexes, constraints. Indexes of single fields are
/// known where the files were read; those that an AlterField or a many-to-many table makes, and
/// the constraints of foreign keys, are not.
std::vector<std::string> namesMade(const std::vector<const Migration*>& pending);

/// "dcim_cable": the table of a model where nothing else is set.
std::string tableName(const std::string& app, const std::string& model);

}  // namespace migrations
