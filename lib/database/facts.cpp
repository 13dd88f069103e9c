#include "lib/database/facts.hpp"

#include <algorithm>

namespace database {

const TableFacts* Facts::table(const std::string& schema_name, const std::string& name) const {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const TableFacts& t) {
    return t.schema == schema_name && t.name == name;
  });
  return found == tables.end() ? nullptr : &*found;
}

std::int64_t Facts::rows() const {
  std::int64_t sum = 0;
  for (const TableFacts& table : tables) sum += table.rows.value_or(0);
  return sum;
}

}  // namespace database
