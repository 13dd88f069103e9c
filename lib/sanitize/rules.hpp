#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/core/json.hpp"
#include "lib/sanitize/pseudonyms.hpp"

namespace sanitize {

/// What is done to a value.
enum class Action {
  keep,
  null,
  empty,
  constant,
  unusable_password,  // what Django writes for an account that nobody logs in to
  json,               // structure stays; texts become "", numbers 0
  json_null,          // each value of the object becomes null
  history,            // the change log's JSON: each key as the column of that object's table
  repr,               // what the change log calls an object
  natural,            // the sibling column's pseudonym in its form for sorting
  shift,              // moved as the sibling column was
  pseudonym,
  ip_bytes,  // an address as bytea (Nautobot)
};

struct Treatment {
  Action action = Action::keep;
  Format format = Format::text;
  std::string text{};  // of a constant; the sibling column of natural and shift
  std::string word{};  // as a rule file has it: "asset-tag"
};

/// Parses "constant:{}", "shift:start_address ip", "hostname". Nothing if it says nothing known.
std::optional<Treatment> treatmentNamed(const std::string& word);

struct ColumnRule {
  Treatment treatment;
  std::string origin;    // "netbox.toml", "types of netbox.toml"
  std::string reason{};  // why it is kept
};

/// How the change log names an object: "NAME" or "NAME (DETAIL)"; a part without treatment is left
/// out.
struct ReprRule {
  std::optional<Treatment> head;
  std::optional<Treatment> detail;
  bool range = false;  // "10.0.0.1-9/24": an address range
};

struct TypeRule {
  std::string type;  // "bigint"
  std::string name;  // "*_id"
};

/// What a site's file says something about.
struct SiteRule {
  std::string table;
  std::string column;  // empty: the table's rows
  std::string inWords() const { return column.empty() ? table : table + "." + column; }
};

/// How each column is treated.
struct RuleSet {
  std::string product;
  std::vector<std::string> identify;
  std::set<std::string> changelog;
  std::set<std::string> truncate;
  std::map<std::string, std::map<std::string, ColumnRule>> tables;
  std::map<std::string, ReprRule> repr;
  std::vector<TypeRule> types;
  std::map<std::string, std::vector<std::string>> named;
  /// Rules that site files brought, to be told when nothing matches them.
  std::vector<SiteRule> site_rules;
  std::string fingerprint;  // of all files that it was made of

  bool knows(const std::string& table) const {
    return tables.count(table) != 0 || truncate.count(table) != 0;
  }
  /// The rule for a column of that SQL type; nothing if no rule says anything.
  std::optional<ColumnRule> find(const std::string& table, const std::string& column,
                                 const std::string& type) const;
};

/// Puts a rule file's content onto `rules`. Errors: configuration, all complaints in one.
void addRules(RuleSet& rules, const core::Json& document, const std::string& file, bool site,
              bool outbound_off);

/// What a value of a catalogue column looks like, and thus how it is searched.
enum class Form {
  text,
  name,
  hostname,
  email,
  mac,
  wwn,
  ip,
  rd,
  asn,
  coordinate,
  secret,
  url,
  prose,
  json,
  history,
  repr
};

struct CatalogueColumn {
  std::string kind;  // "credential"
  Form form = Form::text;
  std::string versions;  // "2.0..3.7"
  /// In a dense space a permutation must hit other originals.
  bool dense() const { return form == Form::ip || form == Form::rd || form == Form::asn; }
};

/// Which columns are sensitive.
struct Catalogue {
  std::string product;
  std::map<std::string, std::map<std::string, CatalogueColumn>> tables;
  std::map<std::string, std::string> kinds;
  std::string fingerprint;
  const CatalogueColumn* find(const std::string& table, const std::string& column) const;
};

/// Errors: configuration.
Catalogue readCatalogue(const core::Json& document, const std::string& file);
std::optional<Form> formNamed(const std::string& word);

/// `name` against "*", "*_id", "id".
bool matches(const std::string& pattern, const std::string& name);

/// A file that was compiled in: "netbox.toml"; empty if there is none of that name.
std::string_view embedded(std::string_view name);

}  // namespace sanitize
