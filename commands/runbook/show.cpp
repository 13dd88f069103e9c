#include <fmt/format.h>

#include "commands/checklists.hpp"
#include "commands/runbook/runbook.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct RunbookShowOptions {
  std::string name;
  ChecklistOptions where;
};

void bind(Arguments& arguments, RunbookShowOptions& options) {
  arguments.positional("NAME", options.name, "a checklist's name, or a file (with a slash)");
  bindChecklist(arguments, options.where);
}

core::Json toJson(const checks::Item& item, bool probes) {
  core::Json json{{"id", item.id}, {"title", item.title}};
  json["manual"] = item.type == checks::Item::Type::manual;
  if (!item.kind.empty()) json["kind"] = item.kind;
  if (!item.arguments.empty()) json["with"] = item.arguments;
  json["probes"] = probes;
  json["needs"] = item.needs;
  json["tags"] = item.tags;
  json["owner"] = item.owner;
  return json;
}

int show(Context& context, const RunbookShowOptions& options) {
  const runbook::Runbook found = shelf(context, options.where).find(options.name);
  config::Instance nobody;
  checks::Kinds kinds;
  checkKinds(context, nobody)(kinds, context.world());
  core::Json document{{"name", found.name},
                      {"title", found.title},
                      {"owner", found.owner},
                      {"file", found.file},
                      {"description", found.description}};
  std::string text =
      found.title + "\n" + found.description + (found.description.empty() ? "" : "\n");
  for (const auto& parameter : found.parameters) {
    document["parameters"].push_back(
        {{"name", parameter.name},
         {"help", parameter.help},
         {"value", parameter.value ? core::Json(*parameter.value) : core::Json(nullptr)},
         {"required", parameter.required}});
    text += fmt::format(
        "parameter {}{}: {}\n", parameter.name,
        parameter.value && !parameter.value->empty() ? " (" + *parameter.value + ")" : "",
        parameter.help);
  }
  out::Table table({"ITEM", "KIND", "", "NEEDS", "TAGS", "WHAT"});
  for (const auto& item : found.items) {
    const bool manual = item.type == checks::Item::Type::manual;
    const bool probes = !manual && kinds.probes(item.kind);
    document["items"].push_back(toJson(item, probes));
    table.add({item.id, manual ? "by hand" : item.kind, probes ? "probes" : "",
               core::join(item.needs, ", "), core::join(item.tags, ", "), item.title});
  }
  context.out().result(document, text + table.text());
  return 0;
}

}  // namespace

Verb runbookShow() {
  Verb verb;
  verb.name = "show";
  verb.summary = "show what a checklist asks, with its parameters";
  verb.description =
      "Every item with its kind, what it needs and its tags, also those of the checklists that it "
      "includes. \"probes\" marks what touches the system.";
  verb.examples = {"sotctl runbook show post-upgrade"};
  verb.exits = {{3, "the checklist has mistakes"}, {4, "there is none of this name"}};
  return makeVerb<RunbookShowOptions>(std::move(verb), bind, show);
}

}  // namespace commands
