#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace application::python {

/// A value as far as it is known without running the program. Lists and dictionaries may hold
/// unknown parts beside known ones.
struct Value {
  enum class Kind { none, boolean, integer, fraction, text, list, dictionary, unknown };
  Kind kind = Kind::unknown;
  bool boolean = false;
  std::int64_t integer = 0;
  double fraction = 0;
  std::string text;  // the text; for unknown, why: "depends on the environment (DB_HOST)"
  std::vector<Value> items;
  std::vector<std::pair<Value, Value>> entries;

  bool known() const { return kind != Kind::unknown; }
  bool isText() const { return kind == Kind::text; }

  static Value unknown(std::string why);
  static Value ofText(std::string text);
  static Value ofInteger(std::int64_t integer);
  static Value ofBoolean(bool boolean);
  static Value none();
  static Value list();
  static Value dictionary();

  /// The entry with that key, the last one as Python does; null if there is none or this is no
  /// dictionary.
  const Value* at(std::string_view key) const;
  Value* at(std::string_view key);
};

/// The names of a module and their values.
using Names = std::map<std::string, Value>;

}  // namespace application::python
