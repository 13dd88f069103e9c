#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/sanitize/facts.hpp"
#include "lib/sanitize/json_text.hpp"
#include "lib/sanitize/originals.hpp"
#include "lib/sanitize/plan.hpp"

namespace sanitize {

/// The catalogue's columns of one table, as its rows come.
struct WatchedTable {
  struct Column {
    std::size_t index;
    const CatalogueColumn* what;
    std::uint16_t number;  // of Watch::columnName
  };
  std::string table;
  std::vector<std::string> names;  // of all columns
  std::vector<ColumnType> types;
  std::vector<Column> columns;
  int id = -1;
  int object_type = -1;
  std::uint64_t place = 0;  // hash of the table
};

/// Knows where sensitive values stand: from the catalogue and the dump alone, whatever the rules
/// say. Shared by threads once all tables are known.
class Watch {
 public:
  Watch(const Catalogue& catalogue, const Facts& facts);
  WatchedTable table(const std::string& table, const std::vector<std::string>& columns) const;
  /// "dcim_device.serial".
  const std::string& columnName(std::uint16_t number) const { return names_[number]; }
  struct ObjectKeys {
    JsonPlan keys;
    std::string table;
  };
  const ObjectKeys& object(std::string_view type_id) const;

 private:
  const Catalogue& catalogue_;
  const Facts& facts_;
  std::vector<std::string> names_;
  std::map<const CatalogueColumn*, std::uint16_t> numbers_;
  std::map<std::string, ObjectKeys, std::less<>> objects_;
  ObjectKeys unknown_;
};

/// Visits the sensitive values of rows: take(what, value, column number, place). Holds buffers: for
/// one thread.
class Visitor {
 public:
  explicit Visitor(const Watch& watch) : watch_(watch) {}

  template <typename Take>
  void rows(const WatchedTable& table, std::string_view rows, Take&& take);
  /// Values that are decoded already (of an INSERT); a value without data() is NULL.
  template <typename Take>
  void row(const WatchedTable& table, const std::vector<std::string_view>& fields, bool decoded,
           Take&& take);

 private:
  template <typename Take>
  void history(std::string_view text, const Watch::ObjectKeys& object, std::uint64_t place,
               Take&& take);
  template <typename Take>
  void leaves(JsonCursor& cursor, const CatalogueColumn& what, std::uint16_t number,
              std::uint64_t place, Take&& take);

  const Watch& watch_;
  std::vector<std::string_view> fields_;
  std::string decoded_;
  std::string text_;
};

}  // namespace sanitize

#include "lib/sanitize/visitor.hpp"
