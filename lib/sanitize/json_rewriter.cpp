#include "lib/core/error.hpp"
#include "lib/sanitize/rewriter.hpp"

namespace sanitize {
namespace {

constexpr int kDeepest = 512;
struct Climb {
  int& depth;
  explicit Climb(int& to) : depth(to) {}
  ~Climb() { --depth; }
  Climb(const Climb&) = delete;
  Climb& operator=(const Climb&) = delete;
};

/// Whether `object` (the text of one JSON object) has `name` as a key of its own; its value.
std::string_view valueOf(std::string_view object, std::string_view name) {
  JsonCursor cursor(object);
  if (!cursor.take('{') || cursor.take('}')) return {};
  do {
    const std::string_view key = cursor.string();
    cursor.expect(':');
    const std::string_view value = cursor.skip();
    if (key == name) return value;
  } while (cursor.take(','));
  return {};
}

}  // namespace

/// Appends what is left of json_ before `begin`, then `with`; the cursor stands behind the value.
void Rewriter::replace(JsonCursor& cursor, std::size_t begin, std::string_view with) {
  json_to_->append(json_, flushed_, begin - flushed_);
  json_to_->append(with);
  flushed_ = cursor.at();
}

void Rewriter::json(std::string_view text, const JsonPlan* plan, Action action, std::string& to) {
  json_ = text;
  json_to_ = &to;
  flushed_ = 0;
  depth_ = 0;
  JsonCursor cursor(text);
  if (action != Action::history) {
    blank(cursor, action == Action::json_null);
  } else if (cursor.peek() == '{') {
    object(cursor, *plan);
  } else {
    blank(cursor, false);
  }
  if (!cursor.atEnd()) {
    throw core::Error(core::Kind::corrupt, "a JSON column holds more than one value");
  }
  to.append(text, flushed_, text.size() - flushed_);
}

void Rewriter::object(JsonCursor& cursor, const JsonPlan& plan) {
  const std::size_t begin = cursor.at();
  cursor.expect('{');
  if (cursor.take('}')) return;
  do {
    std::string_view name = cursor.string();
    if (name.find('\\') != std::string_view::npos) name = decodeJson(name, text_);
    cursor.expect(':');
    const JsonPlan::Key* key = plan.find(name);
    if (key == nullptr) {  // deny by default
      ++unknown_json_keys_;
      blank(cursor, false);
    } else if (key->treatment.action == Action::keep) {
      cursor.skip();
    } else {
      ++tally(key->counter).seen;
      leaf(cursor, *key, json_.substr(begin));
    }
  } while (cursor.take(','));
  cursor.expect('}');
}

void Rewriter::leaf(JsonCursor& cursor, const JsonPlan::Key& key, std::string_view object) {
  const char first = cursor.peek();
  const std::size_t begin = cursor.at();
  if (first == 'n') {  // null stays null
    cursor.skip();
    return;
  }
  ++tally(key.counter).changed;
  switch (key.treatment.action) {
    case Action::keep:
      cursor.skip();
      return;
    case Action::null:
      cursor.skip();
      replace(cursor, begin, "null");
      return;
    case Action::json_null:
      blank(cursor, true);
      return;
    case Action::pseudonym:
      pseudonymLeaf(cursor, key.treatment.format);
      return;
    case Action::constant:
      // A text's place gets a text: "{}" stands for an empty object elsewhere.
      if (first == '"' && !key.treatment.text.starts_with("{")) {
        cursor.skip();
        std::string value;
        encodeJson(key.treatment.text, value);
        replace(cursor, begin, value);
        return;
      }
      [[fallthrough]];
    case Action::empty:
    case Action::json:
    case Action::history:
    case Action::repr:
    case Action::natural:
    case Action::ip_bytes:
    case Action::unusable_password:
      blank(cursor, false);
      return;
    case Action::shift: {
      const std::string_view raw = cursor.skip();
      const std::string_view start = valueOf(object, key.sibling);
      const auto bare = [](std::string_view value) {
        return value.size() >= 2 && value[0] == '"' ? value.substr(1, value.size() - 2) : value;
      };
      std::string value;
      pseudonyms_.shift(key.treatment.format, bare(start), bare(raw), value);
      replace(cursor, begin, first == '"' ? '"' + value + '"' : value);
      return;
    }
  }
}

/// A text, a list of texts or a number; what else has a structure is blanked.
void Rewriter::pseudonymLeaf(JsonCursor& cursor, Format format) {
  const char first = cursor.peek();
  const std::size_t begin = cursor.at();
  pseudonym_.clear();
  if (first == '"') {
    const std::string_view raw = cursor.string();
    if (raw.empty()) return;
    std::string_view value = raw;
    if (raw.find('\\') != std::string_view::npos) value = decodeJson(raw, text_);
    pseudonyms_.apply(format, value, pseudonym_);
    json_to_->append(json_, flushed_, begin - flushed_);
    encodeJson(pseudonym_, *json_to_);
    flushed_ = cursor.at();
  } else if (first == '[') {  // a list of such values
    cursor.expect('[');
    if (cursor.take(']')) return;
    do {
      if (cursor.peek() == '"') {
        pseudonymLeaf(cursor, format);
      } else {
        blank(cursor, false);
      }
    } while (cursor.take(','));
    cursor.expect(']');
  } else if (first == '{') {
    blank(cursor, false);
  } else {
    const std::string_view raw = cursor.skip();
    if (raw == "true" || raw == "false") return;
    // A number's first digit must not become 0: coordinates and AS numbers keep that by themselves.
    if (format == Format::asn || format == Format::coordinate) {
      pseudonyms_.apply(format, raw, pseudonym_);
    } else {
      pseudonym_ = "0";
    }
    replace(cursor, begin, pseudonym_);
  }
}

/// Texts become "", numbers 0 (or both null); truth values stay; structure and keys stay.
void Rewriter::blank(JsonCursor& cursor, bool null) {
  const char first = cursor.peek();
  const std::size_t begin = cursor.at();
  if (first == '"') {
    const std::string_view raw = cursor.string();
    if (null) {
      replace(cursor, begin, "null");
    } else if (!raw.empty()) {
      replace(cursor, begin, "\"\"");
    }
    return;
  }
  if (first != '{' && first != '[') {
    const std::string_view raw = cursor.skip();
    if (raw == "null" || raw == "true" || raw == "false") return;
    if (raw != "0" || null) replace(cursor, begin, null ? "null" : "0");
    return;
  }
  const char last = first == '{' ? '}' : ']';
  cursor.expect(first);
  if (++depth_ > kDeepest) {
    throw core::Error(core::Kind::corrupt, "a JSON column is nested deeper than 512 levels");
  }
  const Climb climb(depth_);
  if (cursor.take(last)) return;
  do {
    if (first == '{') {
      cursor.string();
      cursor.expect(':');
    }
    blank(cursor, null);
  } while (cursor.take(','));
  cursor.expect(last);
}

}  // namespace sanitize
