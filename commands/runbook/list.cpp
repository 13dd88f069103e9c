#include <fmt/format.h>

#include <algorithm>

#include "commands/checklists.hpp"
#include "commands/runbook/runbook.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

std::int64_t count(const runbook::Runbook& runbook, checks::Item::Type type) {
  return std::count_if(runbook.items.begin(), runbook.items.end(),
                       [&](const auto& item) { return item.type == type; });
}

int list(Context& context, const ChecklistOptions& options) {
  core::Json document{{"runbooks", core::Json::array()}};
  out::Table table({"NAME", "CHECKS", "BY HAND", "TITLE", "FROM"});
  table.alignRight(1);
  table.alignRight(2);
  for (const auto& entry : shelf(context, options).list()) {
    if (!entry.runbook) {
      document["runbooks"].push_back({{"name", entry.name}, {"problem", entry.problem}});
      table.add({entry.name, "", "", "can't be read: " + entry.problem, ""});
      continue;
    }
    const auto& runbook = *entry.runbook;
    const auto checks = count(runbook, checks::Item::Type::check);
    const auto manual = count(runbook, checks::Item::Type::manual);
    document["runbooks"].push_back({{"name", entry.name},
                                    {"title", runbook.title},
                                    {"owner", runbook.owner},
                                    {"file", entry.file},
                                    {"checks", checks},
                                    {"manual", manual}});
    table.add({entry.name, std::to_string(checks), std::to_string(manual), runbook.title,
               entry.file.starts_with("built in") ? "built in" : entry.file});
  }
  context.out().result(document, table.text());
  return 0;
}

}  // namespace

Verb runbookList() {
  Verb verb;
  verb.name = "list";
  verb.summary = "list the checklists that are there";
  verb.description =
      "Those of /etc/sotctl/checklists (for a user also those of his own sotctl/checklists), and "
      "those that are built in; a file stands before a built-in one of the same name.";
  verb.examples = {"sotctl runbook list", "sotctl runbook list --path ./checklists -o json"};
  return makeVerb<ChecklistOptions>(std::move(verb), bindChecklist, list);
}

}  // namespace commands
