#include "lib/snapshot/diff.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/checklists.hpp"
#include "commands/snapshot/snapshot.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct SnapshotDiffOptions {
  std::string earlier;
  std::optional<std::string> later;
  std::optional<std::string> expected;
};

void bind(Arguments& arguments, SnapshotDiffOptions& options) {
  arguments.positional("EARLIER", options.earlier,
                       "a snapshot: id, name, or a file (with a slash)");
  arguments.positional("LATER", options.later, "another one; without it the instance as it is now");
  arguments.option("--expected", "FILE", options.expected,
                   "differences that are meant: [[expected]] text, reason, part, until");
}

std::string textOf(const snapshot::Snapshot& earlier, const snapshot::Snapshot& later,
                   const snapshot::Diff& diff) {
  std::string text =
      fmt::format("{} ({}) -> {} ({})\n", earlier.id, earlier.instance, later.id, later.instance);
  for (const bool expected : {false, true}) {
    std::string part;
    for (const auto& one : diff.differences) {
      if (one.expected.empty() == expected) continue;
      if (expected && part.empty()) text += "expected:\n";
      if (one.part != part) text += fmt::format("{}:\n", one.part);
      part = one.part;
      text += fmt::format("  {}{}\n", one.words, expected ? " (" + one.expected + ")" : "");
    }
  }
  for (const auto& words : diff.unknown) text += "could not determine " + words + "\n";
  return text;
}

int diff(Context& context, const SnapshotDiffOptions& options) {
  const config::Instance& instance = context.instance(Need::look);
  snapshot::Store store(context.world(), context.stateFolder(), instance.name);
  const auto earlier = store.find(options.earlier);
  snapshot::Wanted wanted;
  if (!options.later && earlier.parts.contains("csv")) {
    for (const auto& [table, ignored] : earlier.parts["csv"].items()) wanted.csv.push_back(table);
  }
  auto later = options.later
                   ? store.find(*options.later)
                   : snapshot::take(context.world(), instance, outsideOf(context, instance), wanted,
                                    context.out().progress());
  if (!options.later) later.id = "now";
  auto found = snapshot::compare(earlier, later);
  if (options.expected) {
    const std::string file = context.world().caller.absolute(*options.expected);
    snapshot::setApart(found, snapshot::readExpected(context.world().files.read(file), file),
                       context.world().clock.now());
  }
  core::Json document{{"earlier", earlier.id},
                      {"later", later.id},
                      {"differences", core::Json::array()},
                      {"unknown", found.unknown}};
  std::int64_t open = 0;
  for (const auto& one : found.differences) {
    open += one.expected.empty() ? 1 : 0;
    document["differences"].push_back(
        {{"part", one.part},
         {"words", one.words},
         {"grave", one.grave},
         {"expected", one.expected.empty() ? core::Json(nullptr) : core::Json(one.expected)}});
  }
  const auto meant = static_cast<std::int64_t>(found.differences.size()) - open;
  const std::string end =
      fmt::format("{}, {} expected\n", core::plural(open, "difference", "differences"), meant);
  context.out().result(document, textOf(earlier, later, found) + end);
  if (open > 0) return core::exitStatus(core::Kind::failed_check);
  return found.unknown.empty() ? 0 : core::exitStatus(core::Kind::undetermined);
}

}  // namespace

Verb snapshotDiff() {
  Verb verb;
  verb.name = "diff";
  verb.summary = "say in words what differs between two snapshots, or since one";
  verb.description =
      "Between two moments of an instance, or between two instances (a file of the other one: "
      "\"compare to production\"). Rows, migrations, schema, settings, services, reports, samples, "
      "and what the API no longer has: lists, REST fields, GraphQL fields. Expected differences "
      "are "
      "set apart.";
  verb.examples = {"sotctl snapshot diff before after", "sotctl snapshot diff before",
                   "sotctl snapshot diff production.json after --expected expected.toml"};
  verb.exits = {{3, "the file of expected differences has mistakes"},
                {4, "no such snapshot"},
                {10, "there are differences that are not expected"},
                {11, "a file is no snapshot"},
                {13, "no difference, and a part could not be compared"}};
  return makeVerb<SnapshotDiffOptions>(std::move(verb), bind, diff);
}

}  // namespace commands
