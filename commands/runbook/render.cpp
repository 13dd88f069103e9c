#include <fmt/format.h>

#include "commands/check_forms.hpp"
#include "commands/checklists.hpp"
#include "commands/runbook/runbook.hpp"
#include "commands/validation_record.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/release_trees.hpp"
#include "lib/validation/upgrade.hpp"

namespace commands {
namespace {

struct RunbookRenderOptions {
  std::optional<std::string> name;
  ChecklistOptions where;
  std::optional<std::string> run;
  std::optional<std::string> from;
  std::optional<std::string> to;
};

void bind(Arguments& arguments, RunbookRenderOptions& options) {
  arguments.positional("NAME", options.name, "a checklist's name, or a file (with a slash)");
  bindChecklist(arguments, options.where);
  arguments.option("--run", "RUN", options.run,
                   "tick what this validation has seen, with what it found");
  arguments.option("--from", "RELEASE", options.from,
                   "an upgrade from this release, or the folder where it lies…");
  arguments.option("--to", "RELEASE", options.to,
                   "…to this one: chooses the simple or the complex checklist, with the reason");
}

/// The items as they are before anybody has asked them.
checks::Sheet unasked(const runbook::Runbook& checklist, const config::Instance& instance) {
  checks::Sheet sheet;
  sheet.title = checklist.title;
  sheet.name = checklist.name;
  sheet.instance = instance.name;
  for (const checks::Item& item : checklist.items) {
    checks::Finished line;
    line.item = item;
    const bool manual = item.type == checks::Item::Type::manual;
    line.result.id = item.id;
    line.result.subject = item.title.empty() ? item.id : item.title;
    line.result.outcome = core::Outcome::skip;
    line.result.found = manual ? "by hand" : "not asked yet";
    sheet.lines.push_back(std::move(line));
  }
  return sheet;
}

void tick(Context& context, const step::Run& run, checks::Sheet& sheet) {
  const auto seen = recorded(context, run);
  sheet.run = run.plan.id;
  sheet.at = run.started;
  sheet.host = run.host;
  for (checks::Finished& line : sheet.lines) {
    const auto found = seen.find(line.item.id);
    if (found == seen.end()) continue;
    const checks::Item item = line.item;
    line = found->second;
    line.item = item;
    if (!item.title.empty()) line.result.subject = item.title;
  }
}

/// Where --from and --to are folders: what differs in them beside the code; the options then have
/// the releases that lie there.
std::string differencesOfTrees(Context& context, const config::Instance& instance,
                               RunbookRenderOptions& options, core::Json& document) {
  const bool folders = options.from->find('/') != std::string::npos;
  if (folders != (options.to->find('/') != std::string::npos)) {
    throw core::Error(core::Kind::usage, "--from and --to are two releases, or two folders");
  }
  if (!folders) return {};
  const auto& caller = context.world().caller;
  const auto found =
      validation::compareTrees(context.world().files, instance.product,
                               caller.absolute(*options.from), caller.absolute(*options.to));
  document["trees"] = {
      {"steps", found.steps}, {"packages", found.packages}, {"settings", found.settings}};
  options.from = found.from;
  options.to = found.to;
  return validation::markdown(found);
}

int render(Context& context, const RunbookRenderOptions& given) {
  RunbookRenderOptions options = given;
  const config::Instance& instance = context.instance(Need::look);
  std::optional<step::Run> run;
  if (options.run) run = recordedRun(context, *options.run);
  if (options.from.has_value() != options.to.has_value()) {
    throw core::Error(core::Kind::usage, "--from and --to belong together");
  }
  std::string head;
  core::Json document = core::Json::object();
  if (run && !options.name) {
    options.name = run->plan.facts.at("checklist").get<std::string>();
    if (options.where.set.empty()) {
      options.where.set = run->plan.facts.value("set", std::vector<std::string>());
    }
  }
  std::optional<validation::Upgrade> upgrade;
  if (options.from) {
    head += differencesOfTrees(context, instance, options, document);
    upgrade = validation::judgeUpgrade(instance.product, *options.from, *options.to);
    if (!options.name) options.name = upgrade->complex ? "upgrade-complex" : "upgrade-simple";
    options.where.set.insert(options.where.set.begin(),
                             {"release=" + upgrade->to, "from=" + upgrade->from});
    document["upgrade"] = validation::toJson(*upgrade);
    head = validation::markdown(*upgrade) + head;
  }
  if (!options.name) {
    throw core::Error(core::Kind::usage, "no checklist is named",
                      "Name one of `sotctl runbook list`, or give --run, or --from and --to.");
  }
  const runbook::Runbook checklist = checklistFor(context, instance, *options.name, options.where);
  checks::Sheet sheet = unasked(checklist, instance);
  if (upgrade) sheet.title = upgrade->title;
  if (run) tick(context, *run, sheet);
  core::Json whole = checks::toJson(sheet);
  whole.update(document);
  context.out().result(whole, checks::markdown(sheet) + head);
  return 0;
}

}  // namespace

Verb runbookRender() {
  Verb verb;
  verb.name = "render";
  verb.summary = "write a checklist as Markdown for a ticket";
  verb.description =
      "With --run what that validation has seen is ticked, with the evidence. With --from and --to "
      "the simple or the complex upgrade checklist is chosen by what lies between the releases, "
      "with the reason, the release notes to read, and title and tags for the ticket. With two "
      "folders of unpacked releases also how upgrade.sh, packages and required settings differ.";
  verb.examples = {"sotctl runbook render --from 4.2.3 --to 4.2.9",
                   "sotctl runbook render --from /opt/netbox-4.1.11 --to /opt/netbox-4.2.3",
                   "sotctl runbook render post-upgrade --run 20261121T0300 --write text=ticket.md"};
  verb.exits = {{3, "the checklist has mistakes"},
                {4, "no such checklist, run or release"},
                {5, "the run is no validation"}};
  return makeVerb<RunbookRenderOptions>(std::move(verb), bind, render);
}

}  // namespace commands
