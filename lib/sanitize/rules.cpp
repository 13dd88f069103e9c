#include "lib/sanitize/rules.hpp"

#include <fmt/format.h>

#include <array>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace sanitize {
namespace {

/// What is wrong with a file, for one message.
class Complaints {
 public:
  explicit Complaints(const std::string& file) : file_(file) {}
  void add(const std::string& what) { found_.push_back(file_ + ": " + what); }
  void raise() const {
    if (found_.empty()) return;
    throw core::Error(core::Kind::configuration, core::join(found_, "\n"),
                      "`sotctl sanitize rules explain` lists the treatments.");
  }

 private:
  std::string file_;
  std::vector<std::string> found_;
};

struct Word {
  const char* name;
  Action action;
};
constexpr std::array<Word, 8> kWords{{{"keep", Action::keep},
                                      {"null", Action::null},
                                      {"empty", Action::empty},
                                      {"unusable-password", Action::unusable_password},
                                      {"json", Action::json},
                                      {"json-null", Action::json_null},
                                      {"history", Action::history},
                                      {"repr", Action::repr}}};
// Forms of names that are all treated as text; the words say what a reader should know.
constexpr std::array<const char*, 6> kTexts{"serial",   "asset-tag", "name",
                                            "username", "phone",     "slug"};

std::vector<std::string> listOf(const core::Json& document, const std::string& key,
                                Complaints& complaints) {
  std::vector<std::string> list;
  if (!document.contains(key)) return list;
  const core::Json& found = document[key];
  if (!found.is_array()) {
    complaints.add(key + " is no list");
    return list;
  }
  for (const core::Json& one : found) {
    if (one.is_string()) {
      list.push_back(one.get<std::string>());
    } else {
      complaints.add(key + " has something that is no text");
    }
  }
  return list;
}

const core::Json& tableOf(const core::Json& document, const std::string& key) {
  static const core::Json kNone = core::Json::object();
  return document.contains(key) && document[key].is_object() ? document[key] : kNone;
}

std::optional<Treatment> reprPart(const std::string& word) {
  if (word == "empty") return std::nullopt;
  return treatmentNamed(word);
}

void addRepr(RuleSet& rules, const core::Json& document, Complaints& complaints) {
  for (const auto& [table, value] : tableOf(document, "repr").items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    ReprRule rule;
    const std::size_t open = text.find(" (");
    const std::string head = text.substr(0, open);
    if (head == "ip-range") {
      rule.range = true;
      rule.head = treatmentNamed("ip");
    } else {
      rule.head = reprPart(head);
    }
    if (open != std::string::npos && text.ends_with(')')) {
      rule.detail = reprPart(text.substr(open + 2, text.size() - open - 3));
    }
    if (!rule.head) complaints.add(fmt::format("repr.{} is \"{}\", no treatment", table, text));
    rules.repr[table] = rule;
  }
}

void addColumns(RuleSet& rules, const core::Json& document, const std::string& file, bool site,
                Complaints& complaints) {
  for (const auto& [table, columns] : tableOf(document, "table").items()) {
    auto& known = rules.tables[table];
    if (!columns.is_object()) {
      complaints.add(fmt::format("table.{} is no table", table));
      continue;
    }
    for (const auto& [column, value] : columns.items()) {
      const std::string word = value.is_string() ? value.get<std::string>() : "";
      const auto treatment = treatmentNamed(word);
      if (!treatment) {
        complaints.add(fmt::format("table.{}.{} is \"{}\", no treatment", table, column, word));
        continue;
      }
      known[column] = {*treatment, file, site ? "said by " + file : ""};
      if (site) rules.site_rules.push_back({table, column});
    }
  }
  const core::Json& reasons = tableOf(document, "reasons");
  for (const auto& [table, groups] : tableOf(document, "keep").items()) {
    auto& known = rules.tables[table];
    for (const auto& [reason, list] : groups.items()) {
      const std::string why =
          reasons.contains(reason) ? reasons[reason].get<std::string>() : reason;
      for (const std::string& column : listOf(groups, reason, complaints)) {
        known[column] = {{Action::keep, Format::text, {}, "keep"}, file, why};
        if (site) rules.site_rules.push_back({table, column});
      }
    }
  }
}

}  // namespace

std::optional<Treatment> treatmentNamed(const std::string& word) {
  for (const Word& known : kWords) {
    if (word == known.name) return Treatment{known.action, Format::text, {}, word};
  }
  for (const char* text : kTexts) {
    if (word == text) return Treatment{Action::pseudonym, Format::text, {}, word};
  }
  if (const auto format = formatNamed(word)) return Treatment{Action::pseudonym, *format, {}, word};
  if (word.starts_with("constant:"))
    return Treatment{Action::constant, Format::text, word.substr(9), word};
  if (word.starts_with("natural:") && word.size() > 8) {
    return Treatment{Action::natural, Format::hostname, word.substr(8), word};
  }
  if (word == "ip-bytes" || word.starts_with("ip-bytes:")) {
    return Treatment{Action::ip_bytes, Format::ip, word.substr(word.size() > 8 ? 9 : 8), word};
  }
  if (word.starts_with("shift:")) {
    const std::size_t space = word.find(' ');
    if (space == std::string::npos) return std::nullopt;
    const auto format = formatNamed(word.substr(space + 1));
    if (!format) return std::nullopt;
    return Treatment{Action::shift, *format, word.substr(6, space - 6), word};
  }
  return std::nullopt;
}

bool matches(const std::string& pattern, const std::string& name) {
  if (pattern.empty() || pattern[0] != '*') return pattern == name;
  return name.ends_with(pattern.substr(1));
}

std::optional<ColumnRule> RuleSet::find(const std::string& table, const std::string& column,
                                        const std::string& type) const {
  if (const auto rules = tables.find(table); rules != tables.end()) {
    const auto rule = rules->second.find(column);
    if (rule != rules->second.end()) return rule->second;
  }
  for (const TypeRule& rule : types) {
    if (rule.type == type && matches(rule.name, column)) {
      return ColumnRule{
          {Action::keep, Format::text, {}, "keep"}, "types", fmt::format("holds a {} only", type)};
    }
  }
  return std::nullopt;
}

void addRules(RuleSet& rules, const core::Json& document, const std::string& file, bool site,
              bool outbound_off) {
  Complaints complaints(file);
  static const std::set<std::string> kKnown{"product", "identify", "changelog", "reasons",
                                            "types",   "truncate", "named",     "outbound",
                                            "repr",    "table",    "keep"};
  for (const auto& [key, value] : document.items()) {
    if (kKnown.count(key) == 0) complaints.add(fmt::format("unknown key \"{}\"", key));
  }
  const std::string product = document.value("product", rules.product);
  if (site && product != rules.product) {
    complaints.add(fmt::format("product is {}, and the dump is one of {}", product, rules.product));
  }
  rules.product = product;
  for (const auto& table : listOf(document, "identify", complaints))
    rules.identify.push_back(table);
  for (const auto& table : listOf(document, "changelog", complaints)) rules.changelog.insert(table);
  const core::Json& truncate = tableOf(document, "truncate");
  for (const auto& table : listOf(truncate, "tables", complaints)) {
    rules.truncate.insert(table);
    if (site) rules.site_rules.push_back({table, {}});
  }
  for (const auto& table : listOf(truncate, "except", complaints)) {
    rules.truncate.erase(table);
    rules.tables[table];
  }
  for (const auto& [type, names] : tableOf(document, "types").items()) {
    for (const auto& name : listOf(tableOf(document, "types"), type, complaints)) {
      rules.types.push_back({type, name});
    }
  }
  for (const auto& [name, list] : tableOf(document, "named").items()) {
    rules.named[name] = listOf(tableOf(document, "named"), name, complaints);
  }
  addRepr(rules, document, complaints);
  addColumns(rules, document, file, site, complaints);
  if (outbound_off) {
    for (const auto& [place, word] : tableOf(document, "outbound").items()) {
      const std::size_t dot = place.find('.');
      const auto treatment = treatmentNamed(word.is_string() ? word.get<std::string>() : "");
      if (dot == std::string::npos || !treatment) {
        complaints.add(fmt::format("outbound.\"{}\" is no TABLE.COLUMN with a treatment", place));
        continue;
      }
      rules.tables[place.substr(0, dot)][place.substr(dot + 1)] = {
          *treatment, file, "a copy must not act on the world outside"};
    }
  }
  rules.fingerprint =
      core::sha256(rules.fingerprint + document.dump() + (outbound_off ? "1" : "0"));
  complaints.raise();
}

}  // namespace sanitize
