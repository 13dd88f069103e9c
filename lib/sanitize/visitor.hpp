#pragma once

// The templates of Visitor: included by watch.hpp alone.

#include "lib/dump/copy_text.hpp"
#include "lib/sanitize/tokens.hpp"
#include "lib/sanitize/watch.hpp"

namespace sanitize {

template <typename Take>
void Visitor::rows(const WatchedTable& table, std::string_view rows, Take&& take) {
  if (table.columns.empty()) return;
  for (std::size_t from = 0; from < rows.size();) {
    std::size_t end = rows.find('\n', from);
    if (end == std::string_view::npos) end = rows.size();
    dump::splitRow(rows.substr(from, end - from), fields_);
    row(table, fields_, false, take);
    from = end + 1;
  }
}

template <typename Take>
void Visitor::row(const WatchedTable& table, const std::vector<std::string_view>& fields,
                  bool decoded, Take&& take) {
  const auto field = [&](int index) {
    return index >= 0 && static_cast<std::size_t>(index) < fields.size()
               ? fields[static_cast<std::size_t>(index)]
               : std::string_view();
  };
  const std::uint64_t row_place = placeHash(table.place, field(table.id));
  for (const WatchedTable::Column& column : table.columns) {
    if (column.index >= fields.size()) continue;
    std::string_view value = fields[column.index];
    if (value.empty() || (!decoded && dump::isNull(value))) continue;
    if (!decoded) value = dump::decodeField(value, decoded_);
    const std::uint64_t place = placeHash(row_place, table.names[column.index]);
    if (column.what->form == Form::history) {
      history(value, watch_.object(field(table.object_type)), place, take);
    } else if (column.what->form == Form::repr) {
      continue;  // copies of other columns
    } else if (table.types[column.index] == ColumnType::json) {
      JsonCursor cursor(value);
      leaves(cursor, *column.what, column.number, place, take);
    } else {
      take(*column.what, value, column.number, place);
    }
  }
}

template <typename Take>
void Visitor::history(std::string_view text, const Watch::ObjectKeys& object, std::uint64_t place,
                      Take&& take) {
  JsonCursor cursor(text);
  if (!cursor.take('{') || cursor.take('}')) return;
  do {
    const std::string_view name = cursor.string();
    cursor.expect(':');
    const JsonPlan::Key* key = object.keys.find(name);
    if (key == nullptr || key->catalogue == nullptr) {
      cursor.skip();
    } else {
      leaves(cursor, *key->catalogue, static_cast<std::uint16_t>(key->counter),
             placeHash(place, name), take);
    }
  } while (cursor.take(','));
}

/// Each text in a JSON value; numbers where the column is one of numbers.
template <typename Take>
void Visitor::leaves(JsonCursor& cursor, const CatalogueColumn& what, std::uint16_t number,
                     std::uint64_t place, Take&& take) {
  const char first = cursor.peek();
  if (first == '"') {
    std::string_view value = cursor.string();
    if (value.find('\\') != std::string_view::npos) value = decodeJson(value, text_);
    if (!value.empty()) take(what, value, number, place);
    return;
  }
  if (first != '{' && first != '[') {
    const std::string_view value = cursor.skip();
    const bool says = value != "null" && value != "true" && value != "false" && value != "0";
    if (says) take(what, value, number, place);
    return;
  }
  const char last = first == '{' ? '}' : ']';
  cursor.expect(first);
  if (cursor.take(last)) return;
  std::uint64_t index = 0;
  do {
    std::uint64_t inner = mix(place, ++index);
    if (first == '{') {
      inner = placeHash(place, cursor.string());
      cursor.expect(':');
    }
    leaves(cursor, what, number, inner, take);
  } while (cursor.take(','));
  cursor.expect(last);
}

}  // namespace sanitize
