#include "lib/config/read.hpp"

namespace config {

CheckSettings readCheck(Table& table) {
  CheckSettings check;
  table.require("name", "name = \"status\"");
  table.require("kind", "kind = \"http\"");
  check.name = table.text("name");
  if (!check.name.empty()) {
    table.setPath(table.path().substr(0, table.path().rfind('.') + 1) + check.name);
  }
  check.kind = table.text("kind");
  check.arguments = table.textTable("with");
  table.finish();
  return check;
}

}  // namespace config
