#include <fmt/format.h>

#include <array>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/sanitize/rules.hpp"

namespace sanitize {
namespace {

struct Named {
  const char* name;
  Form form;
};
constexpr std::array<Named, 20> kForms{
    {{"text", Form::text},     {"serial", Form::text},       {"asset-tag", Form::text},
     {"phone", Form::text},    {"slug", Form::name},         {"name", Form::name},
     {"username", Form::name}, {"hostname", Form::hostname}, {"email", Form::email},
     {"mac", Form::mac},       {"wwn", Form::wwn},           {"ip", Form::ip},
     {"rd", Form::rd},         {"asn", Form::asn},           {"coordinate", Form::coordinate},
     {"secret", Form::secret}, {"url", Form::url},           {"prose", Form::prose},
     {"json", Form::json},     {"history", Form::history}}};

}  // namespace

std::optional<Form> formNamed(const std::string& word) {
  if (word == "repr") return Form::repr;
  for (const Named& named : kForms) {
    if (word == named.name) return named.form;
  }
  return std::nullopt;
}

const CatalogueColumn* Catalogue::find(const std::string& table, const std::string& column) const {
  const auto columns = tables.find(table);
  if (columns == tables.end()) return nullptr;
  const auto found = columns->second.find(column);
  return found == columns->second.end() ? nullptr : &found->second;
}

Catalogue readCatalogue(const core::Json& document, const std::string& file) {
  Catalogue catalogue;
  catalogue.product = document.value("product", "");
  catalogue.fingerprint = core::sha256(document.dump());
  const core::Json none = core::Json::object();
  const core::Json kinds = document.value("kinds", none);
  const core::Json tables = document.value("column", none);
  for (const auto& [kind, meaning] : kinds.items()) {
    catalogue.kinds[kind] = meaning.get<std::string>();
  }
  for (const auto& [table, columns] : tables.items()) {
    for (const auto& [column, value] : columns.items()) {
      const auto words = core::split(value.is_string() ? value.get<std::string>() : "", ' ');
      const auto form = words.size() == 3 ? formNamed(words[1]) : std::nullopt;
      if (!form || catalogue.kinds.count(words[0]) == 0) {
        throw core::Error(
            core::Kind::configuration,
            fmt::format("{}: column.{}.{} is not \"KIND FORM VERSIONS\"", file, table, column));
      }
      catalogue.tables[table][column] = {words[0], *form, words[2]};
    }
  }
  return catalogue;
}

}  // namespace sanitize
