#include "lib/schema/definition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/schema/spelling.hpp"

namespace schema {
namespace {

[[noreturn]] void refuse(std::string_view statement) {
  throw core::Error(core::Kind::corrupt, fmt::format("\"{}\" is no statement of pg_dump",
                                                     core::printable(statement.substr(0, 80))));
}

bool takeWord(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

/// A name, perhaps with its schema, perhaps quoted: as it is written. Functions' without arguments.
std::string takeName(std::string_view& text) {
  std::size_t at = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (quoted) continue;
    const char c = text[at];
    if (c == ' ' || c == '\n' || c == ',' || c == ';' || c == '(' || c == ')') break;
  }
  if (at == 0) refuse(text);
  std::string name(text.substr(0, at));
  text.remove_prefix(at);
  while (text.starts_with(" ") || text.starts_with("\n")) text.remove_prefix(1);
  return name;
}

/// Place of `word` outside brackets, strings and quoted names; npos if it is not there.
std::size_t outside(std::string_view text, std::string_view word) {
  int depth = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (depth == 0 && text.substr(at).starts_with(word)) return at;
    if (c == '\'' || c == '"') quote = c;
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
  }
  return std::string_view::npos;
}

/// What stands behind `word` (outside brackets), which is cut off with it; "" if it is not there.
std::string cutBehind(std::string_view& text, std::string_view word) {
  const auto at = outside(text, word);
  if (at == std::string_view::npos) return {};
  std::string behind(core::trim(text.substr(at + word.size())));
  text = core::trim(text.substr(0, at));
  return behind;
}

std::string mostOf(const std::string& type) {
  return type == "smallint" ? "32767" : type == "integer" ? "2147483647" : "9223372036854775807";
}

}  // namespace

Object& Definitions::object(const std::string& kind, const std::string& table,
                            const std::string& name) {
  for (auto one = objects_.rbegin(); one != objects_.rend(); ++one) {
    if (one->kind == kind && one->table == table && one->name == name) return *one;
  }
  objects_.push_back({kind, table, name, {}});
  return objects_.back();
}

std::vector<Object> Definitions::take() { return std::move(objects_); }

void Definitions::statement(std::string_view text) {
  std::string_view rest = text;
  if (takeWord(rest, "CREATE TABLE ")) {
    createTable(rest, false);
  } else if (takeWord(rest, "CREATE UNLOGGED TABLE ")) {
    createTable(rest, true);
  } else if (takeWord(rest, "ALTER TABLE ONLY ") || takeWord(rest, "ALTER TABLE ")) {
    alterTable(rest);
  } else if (takeWord(rest, "CREATE SEQUENCE ")) {
    createSequence(rest);
  } else if (takeWord(rest, "ALTER SEQUENCE ")) {
    const std::string name = takeName(rest);
    if (takeWord(rest, "OWNED BY ")) object("sequence", "", name).facts["owner"] = takeName(rest);
  } else if (takeWord(rest, "SELECT pg_catalog.setval('")) {
    const auto end = rest.find('\'');
    const auto comma = rest.find(", ", end);
    if (end == std::string_view::npos || comma == std::string_view::npos) refuse(text);
    const std::string name(rest.substr(0, end));
    const std::string_view value = rest.substr(comma + 2);
    const bool called = value.find("true") != std::string_view::npos;
    object("sequence", "", name).facts["last"] =
        called ? std::string(value.substr(0, value.find(','))) : "";
  } else if (rest.starts_with("CREATE INDEX ") || rest.starts_with("CREATE UNIQUE INDEX ")) {
    createIndex(rest);
  } else if (takeWord(rest, "CREATE VIEW ") || takeWord(rest, "CREATE MATERIALIZED VIEW ")) {
    const bool stored = text.starts_with("CREATE MATERIALIZED");
    const std::string name = takeName(rest);
    std::string_view query = rest;
    const auto as = query.find("AS\n");
    if (as != std::string_view::npos) query = core::trim(query.substr(as + 3));
    for (const char* word : {"\n  WITH NO DATA", "\n  WITH DATA"}) {
      if (query.ends_with(word)) query.remove_suffix(std::string_view(word).size());
    }
    object("view", "", name).facts["definition"] =
        (stored ? "MATERIALIZED " : "") + std::string(query);
  } else if (rest.starts_with("CREATE FUNCTION ") || rest.starts_with("CREATE PROCEDURE ")) {
    rest.remove_prefix(rest.find(' ', 7) + 1);
    const auto close = outside(rest.substr(rest.find('(') + 1), ")");
    const std::string name(rest.substr(0, rest.find('(') + 1 + close + 1));
    object("function", "", name).facts["definition"] = plainFunction(text);
  } else if (rest.starts_with("CREATE TRIGGER ") ||
             rest.starts_with("CREATE CONSTRAINT TRIGGER ")) {
    std::string_view name = rest.substr(rest.find("TRIGGER ") + 8);
    const std::string own = takeName(name);
    const auto on = outside(name, " ON ");
    if (on == std::string_view::npos) refuse(text);
    std::string_view table = name.substr(on + 4);
    object("trigger", takeName(table), own).facts["definition"] = std::string(text);
  } else if (takeWord(rest, "CREATE EXTENSION IF NOT EXISTS ")) {
    const std::string name = takeName(rest);
    if (takeWord(rest, "WITH SCHEMA ")) {
      object("extension", "", name).facts["schema"] = takeName(rest);
    }
  } else if (takeWord(rest, "CREATE TYPE ")) {
    const std::string name = takeName(rest);
    if (!takeWord(rest, "AS ENUM (")) return;
    std::vector<std::string> labels;
    for (const std::string& line : core::split(rest.substr(0, rest.rfind(')')), '\n')) {
      std::string_view label = core::trim(std::string_view(line));
      if (label.ends_with(",")) label.remove_suffix(1);
      if (!label.empty()) labels.emplace_back(label);
    }
    object("type", "", name).facts["definition"] = core::join(labels, ", ");
  }
}

void Definitions::createTable(std::string_view text, bool unlogged) {
  const std::string table = takeName(text);
  object("table", "", table).facts["unlogged"] = unlogged ? "yes" : "";
  if (!takeWord(text, "(")) return;  // a partition, or of a type
  const auto close = outside(text, ")");
  if (close == std::string_view::npos) refuse(table);
  int position = 0;
  for (const std::string& line : core::split(text.substr(0, close), '\n')) {
    tableLine(table, core::trim(std::string_view(line)), position);
  }
}

void Definitions::tableLine(const std::string& table, std::string_view line, int& position) {
  if (line.ends_with(",")) line.remove_suffix(1);
  if (line.empty()) return;
  if (takeWord(line, "CONSTRAINT ")) {
    const std::string name = takeName(line);
    Object& one = object("constraint", table, name);
    one.facts["validated"] = line.ends_with(" NOT VALID") ? "no" : "yes";
    if (line.ends_with(" NOT VALID")) line.remove_suffix(10);
    one.facts["definition"] = line;
    return;
  }
  Object& one = object("column", table, takeName(line));
  one.facts["null"] = line.ends_with(" NOT NULL") ? "no" : "yes";
  if (line.ends_with(" NOT NULL")) line.remove_suffix(9);
  one.facts["identity"] = "";
  std::string generated = cutBehind(line, " GENERATED ALWAYS AS ");
  if (generated.ends_with(" STORED")) generated.resize(generated.size() - 7);
  if (generated.starts_with("(") && generated.ends_with(")")) {
    generated = generated.substr(1, generated.size() - 2);
  }
  one.facts["generated"] = generated;
  one.facts["default"] = cutBehind(line, " DEFAULT ");
  one.facts["collation"] = cutBehind(line, " COLLATE ");
  one.facts["type"] = line;
  one.facts["position"] = std::to_string(++position);
}

void Definitions::alterTable(std::string_view text) {
  const std::string table = takeName(text);
  if (takeWord(text, "ADD CONSTRAINT ")) {
    const std::string name = takeName(text);
    Object& one = object("constraint", table, name);
    const bool valid = !text.ends_with(" NOT VALID");
    one.facts["validated"] = valid ? "yes" : "no";
    if (!valid) text.remove_suffix(10);
    one.facts["definition"] = text;
  } else if (takeWord(text, "ALTER COLUMN ")) {
    alterColumn(table, text);
  }
}

void Definitions::alterColumn(const std::string& table, std::string_view text) {
  const std::string column = takeName(text);
  Object& one = object("column", table, column);
  if (takeWord(text, "SET DEFAULT ")) {
    one.facts["default"] = text;
  } else if (takeWord(text, "ADD GENERATED ")) {
    one.facts["identity"] = text.starts_with("ALWAYS") ? "always" : "by default";
    const auto name = text.find("SEQUENCE NAME ");
    if (name == std::string_view::npos) refuse(text);
    text.remove_prefix(name + 14);
    const std::string type = one.fact("type");
    Object& sequence = object("sequence", "", takeName(text));
    sequence.facts["type"] = type;
    sequence.facts["owner"] = table + "." + column;
    sequenceOptions(sequence, text);
  }
}

void Definitions::createSequence(std::string_view text) {
  Object& sequence = object("sequence", "", takeName(text));
  sequence.facts["type"] = "bigint";
  sequence.facts["owner"] = "";
  sequenceOptions(sequence, text);
}

void Definitions::sequenceOptions(Object& sequence, std::string_view text) {
  std::map<std::string, std::string>& facts = sequence.facts;
  facts["cycle"] = "";
  for (const auto& [name, value] : std::array<std::pair<const char*, const char*>, 3>{
           {{"start", "1"}, {"increment", "1"}, {"cache", "1"}}}) {
    facts.emplace(name, value);
  }
  for (const std::string& line : core::split(text, '\n')) {
    std::string_view words = core::trim(std::string_view(line));
    if (takeWord(words, "AS ")) facts["type"] = words;
    if (takeWord(words, "START WITH ")) facts["start"] = words;
    if (takeWord(words, "INCREMENT BY ")) facts["increment"] = words;
    if (takeWord(words, "MINVALUE ")) facts["least"] = words;
    if (takeWord(words, "MAXVALUE ")) facts["most"] = words;
    if (takeWord(words, "CACHE ")) facts["cache"] = words;
    if (words == "CYCLE") facts["cycle"] = "yes";
  }
  const bool down = facts["increment"].starts_with("-");
  if (!facts.contains("least") && !down) facts["least"] = "1";
  if (!facts.contains("most") && !down) facts["most"] = mostOf(facts["type"]);
}

void Definitions::createIndex(std::string_view text) {
  const std::string definition(text);
  text.remove_prefix(text.find("INDEX ") + 6);
  const std::string name = takeName(text);
  if (!takeWord(text, "ON ")) refuse(definition);
  takeWord(text, "ONLY ");
  const std::string table = takeName(text);
  Object& one = object("index", table, name);
  one.facts["definition"] = withoutIndexName(definition);
  one.facts["valid"] = "yes";
}

}  // namespace schema
