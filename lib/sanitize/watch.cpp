#include "lib/sanitize/watch.hpp"

#include <algorithm>

namespace sanitize {

Watch::Watch(const Catalogue& catalogue, const Facts& facts)
    : catalogue_(catalogue), facts_(facts) {
  // Numbered by the catalogue alone, so that all databases of a dump and its copy agree.
  for (const auto& [table, columns] : catalogue.tables) {
    for (const auto& [column, what] : columns) {
      numbers_[&what] = static_cast<std::uint16_t>(names_.size());
      names_.push_back(table + "." + column);
    }
  }
  for (const auto& [id, table] : facts.object_types) {
    ObjectKeys& object = objects_[id];
    object.table = table;
    const auto columns = catalogue.tables.find(table);
    if (columns == catalogue.tables.end()) continue;
    for (const auto& [column, what] : columns->second) {
      const std::uint16_t number = numbers_.at(&what);
      object.keys.add({column, {}, &what, {}, number});
      if (column == "custom_field_data" || column == "_custom_field_data") {
        object.keys.add({"custom_fields", {}, &what, {}, number});
      }
    }
    object.keys.build();
  }
}

WatchedTable Watch::table(const std::string& table, const std::vector<std::string>& columns) const {
  WatchedTable watched;
  watched.table = table;
  watched.names = columns;
  watched.place = placeHash(1, table);
  std::string rules = table;
  for (int hops = 0; hops < 16 && catalogue_.tables.count(rules) == 0; ++hops) {
    const auto parent = facts_.partitions.find(rules);
    if (parent == facts_.partitions.end()) break;
    rules = parent->second;
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ColumnFacts* column = facts_.column(table, columns[i]);
    watched.types.push_back(column == nullptr ? ColumnType::text : columnType(column->type));
    if (const CatalogueColumn* what = catalogue_.find(rules, columns[i])) {
      watched.columns.push_back({i, what, numbers_.at(what)});
    }
    if (columns[i] == "id") watched.id = static_cast<int>(i);
    if (columns[i] == "changed_object_type_id") watched.object_type = static_cast<int>(i);
  }
  if (watched.id < 0 && !columns.empty()) watched.id = 0;
  return watched;
}

const Watch::ObjectKeys& Watch::object(std::string_view type_id) const {
  const auto found = objects_.find(type_id);
  return found == objects_.end() ? unknown_ : found->second;
}

}  // namespace sanitize
