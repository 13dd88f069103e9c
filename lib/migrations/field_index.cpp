#include "lib/migrations/field_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/core/md5.hpp"

namespace migrations {
namespace {

constexpr std::size_t kLongest = 63;  // of a name in PostgreSQL

constexpr std::array<std::string_view, 9> kTexts{
    "CharField",     "TextField",  "SlugField",
    "URLField",      "EmailField", "FileField",
    "FilePathField", "ImageField", "CommaSeparatedIntegerField"};

/// The value of a switch; nothing if it is worked out.
std::optional<bool> given(const Expression& field, std::string_view name, bool otherwise) {
  const Expression* value = field.argument(name, -1);
  if (value == nullptr) return otherwise;
  if (value->isName("True")) return true;
  if (value->isName("False")) return false;
  return std::nullopt;
}

std::string indexName(const std::string& table, const std::string& column,
                      std::string_view suffix) {
  std::string hash = core::md5(table + column).substr(0, 8) + std::string(suffix);
  std::string name = fmt::format("{}_{}_{}", table, column, hash);
  if (name.size() <= kLongest) return name;
  hash = hash.substr(0, kLongest / 3);
  const std::size_t each = (kLongest - hash.size()) / 2 - 1;
  return fmt::format("{}_{}_{}", table.substr(0, each), column.substr(0, each), hash);
}

}  // namespace

std::optional<IndexedField> indexedField(const std::string& name, const Expression& field) {
  if (!field.is(Expression::Kind::call) || !field.text.starts_with("models.")) return std::nullopt;
  const std::string_view kind = field.lastName();
  const bool points = kind == "ForeignKey" || kind == "OneToOneField";
  const bool one_to_one = kind == "OneToOneField";
  const auto unique = given(field, "unique", one_to_one);
  const auto indexed = given(field, "db_index", points || kind == "SlugField");
  const auto primary = given(field, "primary_key", false);
  if (!unique || !indexed || !primary || *primary || !(*unique || *indexed)) return std::nullopt;
  IndexedField found{points ? name + "_id" : name, *unique,
                     std::find(kTexts.begin(), kTexts.end(), kind) != kTexts.end()};
  if (const Expression* column = field.argument("db_column", -1)) {
    if (!column->is(Expression::Kind::text)) return std::nullopt;
    found.column = column->text;
  }
  return found;
}

std::vector<std::string> namesOf(const std::string& table, const IndexedField& field) {
  std::vector<std::string> names;
  if (!field.unique) names.push_back(indexName(table, field.column, ""));
  if (field.text) names.push_back(indexName(table, field.column, "_like"));
  const std::string key = fmt::format("{}_{}_key", table, field.column);
  if (field.unique && key.size() <= kLongest) names.push_back(key);
  return names;
}

}  // namespace migrations
