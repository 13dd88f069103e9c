#include "lib/config/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/config/toml_json.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

std::string_view typeInWords(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::none:
      return "nothing";
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a fraction";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
  }
  return "something else";
}

std::string inQuotes(std::string_view text) { return '"' + core::printable(text) + '"'; }

/// `a, b or c`.
std::string alternatives(const std::vector<std::string>& words) {
  if (words.size() < 2) return core::join(words, "");
  return core::join({words.begin(), words.end() - 1}, ", ") + " or " + words.back();
}

}  // namespace

void Complaints::add(std::uint32_t line, std::string text) {
  found_.push_back({line, std::move(text)});
}

std::string Complaints::place(std::uint32_t line) const {
  return fmt::format("{}:{}", file_, line);
}

void Complaints::raise() const {
  if (found_.empty()) return;
  auto sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Complaint& a, const Complaint& b) { return a.line < b.line; });
  std::vector<std::string> lines;
  for (const Complaint& one : sorted) lines.push_back(place(one.line) + ": " + one.text);
  const std::string head =
      lines.size() == 1 ? "" : fmt::format("{} mistakes in the configuration\n", lines.size());
  throw core::Error(core::Kind::configuration, head + core::join(lines, "\n"),
                    "Every key is described in docs/configuration.md; `sotctl init` writes a file "
                    "with comments.");
}

Table::Table(const toml::table& table, std::string path, std::uint32_t line, Complaints& complaints,
             Origins& origins)
    : table_(&table),
      path_(std::move(path)),
      line_(line),
      complaints_(&complaints),
      origins_(&origins) {}

const toml::node* Table::get(const std::string& key) {
  known_.push_back(key);
  return table_->get(key);
}

std::string Table::shown() const { return path_.empty() ? "the file" : "[" + path_ + "]"; }

std::vector<std::string> Table::keys() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : *table_) names.emplace_back(key.str());
  return names;
}

std::uint32_t Table::line(const std::string& key) const {
  const auto found = table_->find(key);
  return found == table_->end() ? line_ : found->first.source().begin.line;
}

void Table::complain(const std::string& key, const std::string& wrong) {
  complaints_->add(line(key), fmt::format("{} in {} {}", key, shown(), wrong));
}

void Table::complainHere(const std::string& wrong) {
  complaints_->add(line_, shown() + " " + wrong);
}

void Table::origin(const std::string& key, std::string from) {
  (*origins_)[path_.empty() ? key : path_ + "." + key] = std::move(from);
}

void Table::wrongType(const std::string& key, const toml::node& node, std::string_view wanted) {
  // The value itself is not shown: it may be a password in the wrong place.
  complain(key, fmt::format("is {}; it must be {}", typeInWords(node), wanted));
}

std::string Table::text(const std::string& key, std::string otherwise) {
  const toml::node* node = get(key);
  if (node == nullptr) {
    if (!otherwise.empty()) origin(key, "default");
    return otherwise;
  }
  const auto value = node->value_exact<std::string>();
  if (!value) {
    wrongType(key, *node, "a text in quotes");
    return otherwise;
  }
  if (value->find('\0') != std::string::npos) {
    complain(key, "holds a NUL byte");
    return otherwise;
  }
  origin(key, complaints_->place(line(key)));
  return *value;
}

std::string Table::absolutePath(const std::string& key, std::string otherwise) {
  std::string value = text(key, otherwise);
  if (value.empty() || value == otherwise) return value;
  if (value[0] != '/') {
    complain(key,
             fmt::format("is the relative path {}; give the whole path from /", inQuotes(value)));
    return otherwise;
  }
  while (value.size() > 1 && value.back() == '/') value.pop_back();
  return value;
}

int Table::number(const std::string& key, int otherwise, int lowest, int highest) {
  const toml::node* node = get(key);
  if (node == nullptr) {
    origin(key, "default");
    return otherwise;
  }
  const auto value = node->value_exact<std::int64_t>();
  if (!value) {
    wrongType(key, *node, fmt::format("a whole number from {} to {}", lowest, highest));
    return otherwise;
  }
  if (*value < lowest || *value > highest) {
    complain(key, fmt::format("is {}; it must be from {} to {}", *value, lowest, highest));
    return otherwise;
  }
  origin(key, complaints_->place(line(key)));
  return static_cast<int>(*value);
}

std::string Table::word(const std::string& key, const std::vector<std::string>& words,
                        std::string otherwise) {
  const std::string value = text(key, otherwise);
  if (value.empty() && !has(key)) return otherwise;
  if (std::find(words.begin(), words.end(), value) != words.end()) return value;
  if (has(key) && table_->get(key)->is_string()) {
    complain(key, fmt::format("is {}; it must be {}", inQuotes(value), alternatives(words)));
  }
  return otherwise;
}

std::vector<std::string> Table::texts(const std::string& key) {
  const toml::node* node = get(key);
  if (node == nullptr) return {};
  std::vector<std::string> values;
  const toml::array* array = node->as_array();
  bool good = array != nullptr;
  for (std::size_t i = 0; good && i < array->size(); ++i) {
    const auto value = array->get(i)->value_exact<std::string>();
    good = value.has_value();
    if (good) values.push_back(*value);
  }
  if (!good) {
    wrongType(key, *node, "an array of texts, one per argument: [\"program\", \"argument\"]");
    return {};
  }
  origin(key, complaints_->place(line(key)));
  return values;
}

bool Table::flag(const std::string& key) {
  const toml::node* node = get(key);
  if (node == nullptr) return false;
  const auto value = node->value_exact<bool>();
  if (!value) {
    wrongType(key, *node, "true or false");
    return false;
  }
  origin(key, complaints_->place(line(key)));
  return *value;
}

std::map<std::string, std::string> Table::textTable(const std::string& key) {
  const toml::node* node = get(key);
  if (node == nullptr) return {};
  const toml::table* inner = node->as_table();
  if (inner == nullptr) {
    wrongType(key, *node, "a table of texts: { Name = \"value\" }");
    return {};
  }
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : *inner) {
    if (const auto as_text = value.value_exact<std::string>()) {
      values[std::string(name.str())] = *as_text;
    } else {
      complaints_->add(name.source().begin.line,
                       fmt::format("{} in {} is {}; it must be a text in quotes", name.str(), key,
                                   typeInWords(value)));
    }
  }
  origin(key, complaints_->place(line(key)));
  return values;
}

std::string Table::peek(const std::string& key) const {
  return table_->at_path(key).value_or(std::string());
}

bool Table::isTable(const std::string& key) const {
  const toml::node* node = table_->get(key);
  return node != nullptr && node->is_table();
}

core::Json Table::data(const std::string& key) {
  const toml::node* node = get(key);
  if (node == nullptr) return core::Json::object();
  if (!node->is_table()) {
    wrongType(key, *node, "a table");
    return core::Json::object();
  }
  origin(key, complaints_->place(line(key)));
  return toJson(*node);
}

std::optional<Table> Table::table(const std::string& key) {
  const toml::node* node = get(key);
  if (node == nullptr) return std::nullopt;
  const toml::table* inner = node->as_table();
  if (inner == nullptr) {
    wrongType(key, *node, "a table");
    return std::nullopt;
  }
  return Table(*inner, path_.empty() ? key : path_ + "." + key, line(key), *complaints_, *origins_);
}

std::vector<Table> Table::tables(const std::string& key) {
  const toml::node* node = get(key);
  if (node == nullptr) return {};
  const toml::array* array = node->as_array();
  if (array == nullptr || !std::all_of(array->begin(), array->end(),
                                       [](const toml::node& one) { return one.is_table(); })) {
    wrongType(key, *node, fmt::format("written as [[{}.{}]], once for each", path_, key));
    return {};
  }
  std::vector<Table> found;
  for (const toml::node& one : *array) {
    found.emplace_back(*one.as_table(), fmt::format("{}.{}.{}", path_, key, found.size() + 1),
                       one.source().begin.line, *complaints_, *origins_);
  }
  return found;
}

void Table::require(const std::string& key, std::string_view example) {
  if (has(key)) return;
  complaints_->add(line_,
                   fmt::format("{} is missing in {}, for example {}", key, shown(), example));
}

void Table::finish() {
  for (const auto& [key, value] : *table_) {
    const std::string name(key.str());
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    auto allowed = known_;
    std::sort(allowed.begin(), allowed.end());
    allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
    const auto near = core::nearest(name, allowed);
    complaints_->add(
        key.source().begin.line,
        fmt::format("unknown key {} in {}; {}", inQuotes(name), shown(),
                    near.empty() ? "allowed here: " + core::join(allowed, ", ")
                                 : fmt::format("did you mean {}?", alternatives(near))));
  }
}

}  // namespace config
