#include "lib/application/python/value.hpp"

#include <algorithm>

namespace application::python {
namespace {

Value make(Value::Kind kind) {
  Value value;
  value.kind = kind;
  return value;
}

}  // namespace

Value Value::unknown(std::string why) {
  Value value;
  value.text = std::move(why);
  return value;
}

Value Value::ofText(std::string text) {
  Value value = make(Kind::text);
  value.text = std::move(text);
  return value;
}

Value Value::ofInteger(std::int64_t integer) {
  Value value = make(Kind::integer);
  value.integer = integer;
  return value;
}

Value Value::ofBoolean(bool boolean) {
  Value value = make(Kind::boolean);
  value.boolean = boolean;
  return value;
}

Value Value::none() { return make(Kind::none); }
Value Value::list() { return make(Kind::list); }
Value Value::dictionary() { return make(Kind::dictionary); }

const Value* Value::at(std::string_view key) const {
  const auto found = std::find_if(entries.rbegin(), entries.rend(), [&](const auto& entry) {
    return entry.first.isText() && entry.first.text == key;
  });
  return found == entries.rend() ? nullptr : &found->second;
}

Value* Value::at(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).at(key));  // NOLINT: the object is not const
}

}  // namespace application::python
