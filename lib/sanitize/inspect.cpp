#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/sanitize/run.hpp"

namespace sanitize {

Inspected inspect(const Input& input, const std::string& database, const Surroundings& around) {
  Inspected found;
  const auto packed = input.open();
  DigestSource digest(*packed);
  const auto text = dump::unpackedByMagic(digest, input.name);
  dump::PlainReader reader(*text, input.name);
  around.progress.at("reading " + input.name, 0, 0);
  found.facts = readFacts(reader, around.cancellation);
  found.packed_bytes = digest.bytes();
  found.sha256 = digest.hex();
  if (!found.facts.complete) {
    throw core::Error(
        core::Kind::corrupt,
        fmt::format("{} is cut short: the line at which a complete dump ends is missing",
                    input.name),
        "Get the whole dump again, and compare the sizes.");
  }
  if (database.empty()) return found;
  std::vector<std::string> names;
  for (const Facts& facts : found.facts.databases) {
    if (facts.database == database) return found;
    if (!facts.database.empty()) names.push_back(facts.database);
  }
  throw core::Error(core::Kind::not_found,
                    fmt::format("{} holds no database {}", input.name, core::printable(database)),
                    names.empty() ? "It is a dump of one database: leave --database out."
                                  : "It holds: " + core::join(names, ", ") + ".");
}

std::set<std::string> commonWords(const DumpFacts& facts, const std::set<std::string>& allowed) {
  std::set<std::string> words = allowed;
  for (const Facts& one : facts.databases) words.insert(one.words.begin(), one.words.end());
  return words;
}

std::vector<std::unique_ptr<Plan>> makePlans(const RewritePlan& how) {
  std::vector<std::unique_ptr<Plan>> plans;
  std::vector<std::string> unknown;
  for (const Facts& facts : how.facts.databases) {
    plans.push_back(std::make_unique<Plan>(how.rules, how.catalogue, facts, how.options));
    if (!how.database.empty() && facts.database != how.database) continue;
    for (const UnknownColumn& column : plans.back()->unknownColumns()) {
      unknown.push_back(fmt::format("{}.{} ({})", column.table, column.column, column.type));
    }
  }
  if (!unknown.empty() && !how.options.empty_unknown_columns) {
    throw core::Error(
        core::Kind::refused,
        "no rule says what to do with these columns:\n  " + core::join(unknown, "\n  "),
        "Give them rules in a file of your own (--rules FILE), or empty them: --unknown-columns "
        "empty.");
  }
  return plans;
}

}  // namespace sanitize
