#include "commands/validate/validate.hpp"

#include <fmt/format.h>

#include "commands/check_forms.hpp"
#include "commands/checklists.hpp"
#include "commands/lock_scope.hpp"
#include "commands/validate/person.hpp"
#include "commands/validation_record.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"
#include "lib/step/hold.hpp"

namespace commands {
namespace {

struct ValidateOptions {
  std::optional<std::string> checklist;
  ChecklistOptions where;
  std::vector<std::string> tags;
  std::vector<std::string> without;
  std::optional<std::string> resume;
  bool read_only = false;
  bool probes = false;
};

void bind(Arguments& arguments, ValidateOptions& options) {
  arguments.positional("CHECKLIST", options.checklist,
                       "a name that `sotctl runbook list` shows, or a file (a name with a slash)");
  bindChecklist(arguments, options.where);
  arguments.option("--tag", "TAG", options.tags, "only items with this tag; repeatable");
  arguments.option("--skip-tag", "TAG", options.without, "no items with this tag; repeatable");
  arguments.flag("--read-only", options.read_only,
                 "leave out checks that touch the system; the default on production");
  arguments.flag("--probes", options.probes,
                 "also ask those that touch the system (an upload, a job, a login) and clean up");
  arguments.option("--resume", "RUN", options.resume,
                   "carry on with an unfinished validation: answers stay, the rest is asked again");
}

/// What is asked, of whom.
struct Work {
  const config::Instance* instance = nullptr;
  runbook::Runbook checklist;
  std::vector<checks::Item> items;
  checks::Asking asking;
  std::optional<step::Run> resumed;
};

void takeFrom(const step::Run& run, ValidateOptions& options) {
  const core::Json& facts = run.plan.facts;
  options.checklist = facts.at("checklist").get<std::string>();
  options.where.folders = facts.value("folders", std::vector<std::string>());
  options.where.set = facts.value("set", std::vector<std::string>());
  options.tags = facts.value("tags", std::vector<std::string>());
  options.without = facts.value("skip_tags", std::vector<std::string>());
  if (!options.probes) options.read_only = options.read_only || facts.value("read_only", false);
  if (!options.read_only) options.probes = options.probes || facts.value("probes", false);
}

Work prepare(Context& context, ValidateOptions& options) {
  Work work;
  if (options.resume) {
    work.resumed = recordedRun(context, *options.resume);
    if (work.resumed->outcome != step::RunOutcome::unfinished) {
      throw core::Error(
          core::Kind::refused, fmt::format("validation {} has ended", work.resumed->plan.id),
          fmt::format("`sotctl runbook render {} --run {}` shows what it found.",
                      work.resumed->plan.facts.value("checklist", ""), work.resumed->plan.id));
    }
    takeFrom(*work.resumed, options);
    work.instance = &context.named(work.resumed->plan.instance);
  } else {
    work.instance = &context.instance(Need::look);
  }
  if (!options.checklist) {
    throw core::Error(core::Kind::usage, "no checklist is named",
                      "`sotctl runbook list` shows all: post-restart, post-upgrade, monitoring….");
  }
  work.checklist = checklistFor(context, *work.instance, *options.checklist, options.where);
  work.items = checks::select(work.checklist.items, options.tags, options.without);
  return work;
}

bool mayProbe(Context& context, const config::Instance& instance, const ValidateOptions& options,
              std::string& why) {
  if (options.probes && options.read_only) {
    throw core::Error(core::Kind::usage, "--probes and --read-only exclude each other");
  }
  if (context.globals().dry_run) {
    why = "it touches the system, and this is a dry run";
    return false;
  }
  if (options.probes) return true;
  const bool production = instance.environment == config::Environment::production;
  why = production && !options.read_only
            ? "it touches the system, and on production that needs --probes"
            : "it touches the system, and this run only reads";
  return !options.read_only && !production;
}

/// The right to touch the instance; nothing where the server that keeps the lock can't be reached.
std::unique_ptr<step::Hold> lockFor(Context& context, step::RunStore& store, Work& work,
                                    const std::string& run) {
  try {
    return std::make_unique<step::Hold>(
        context.world(), store, lockScope(context, *work.instance, Operation::Locks::everywhere),
        run);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::locked) {
      throw core::Error(core::Kind::locked, error.what(),
                        error.hint() + " --read-only asks what needs no lock.");
    }
    if (error.kind() == core::Kind::interrupted) throw;
    work.asking.probes = false;
    work.asking.why_no_probes =
        fmt::format("it touches the system, and no lock can be had: {}", error.what());
    return nullptr;
  }
}

/// When one of the services was started last, for items with a time of grace.
std::optional<core::Time> newestStart(Context& context, const Work& work) {
  bool wanted = false;
  for (const auto& item : work.items) wanted = wanted || item.grace > core::Duration::zero();
  if (!wanted) return std::nullopt;
  std::optional<core::Time> newest;
  service::Services services(context.world(), *work.instance);
  for (const auto& service : work.instance->services) {
    try {
      const auto since = services.observe(service).since;
      if (since && (!newest || *since > *newest)) newest = since;
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
    }
  }
  return newest;
}

core::Json factsOf(const Work& work, const ValidateOptions& options) {
  return {{"checklist", *options.checklist},  {"set", options.where.set},
          {"folders", options.where.folders}, {"tags", options.tags},
          {"skip_tags", options.without},     {"read_only", options.read_only},
          {"probes", work.asking.probes}};
}

std::string textOf(const checks::Sheet& sheet, bool color) {
  std::string text = out::paint(out::Paint::strong, sheet.title, color) + " (" + sheet.instance +
                     ")\n" + checks::text(sheet.results(), color) +
                     checks::summary(sheet.results());
  if (sheet.ignored() > 0) {
    text +=
        fmt::format(", {} ignored", core::formatCount(static_cast<std::int64_t>(sheet.ignored())));
  }
  text += fmt::format(", in {}\n", core::formatDuration(sheet.took));
  if (!sheet.run.empty()) {
    text += fmt::format("Run {0}: `sotctl runbook render {1} --run {0}` gives it for a ticket.\n",
                        sheet.run, sheet.name);
  }
  return text;
}

int run(Context& context, const ValidateOptions& given) {
  ValidateOptions options = given;
  Work work = prepare(context, options);
  const auto began = context.world().clock.steady();
  const checks::Engine engine(context.world(), checkKinds(context, *work.instance));
  engine.examine(work.items);
  work.asking.probes = mayProbe(context, *work.instance, options, work.asking.why_no_probes) &&
                       engine.probes(work.items);
  step::RunStore store(context.world(), context.stateFolder());
  std::unique_ptr<step::Hold> hold;
  if (work.asking.probes)
    hold = lockFor(context, store, work, work.resumed ? work.resumed->plan.id : "");
  Record record = work.resumed
                      ? Record(context, *work.resumed)
                      : Record(context, *work.instance, work.checklist, factsOf(work, options));
  if (work.resumed) work.asking.kept = answers(recorded(context, *work.resumed));
  work.asking.started = newestStart(context, work);
  work.asking.person = personFor(context, work.checklist.name);
  work.asking.finished = [&](const checks::Finished& finished) { record.add(finished); };

  checks::Sheet sheet;
  sheet.title = work.checklist.title;
  sheet.name = work.checklist.name;
  sheet.instance = work.instance->name;
  sheet.host = context.world().caller.host;
  sheet.run = record.id();
  sheet.at = context.world().clock.now();
  try {
    sheet.lines = engine.run(work.items, work.asking);
  } catch (const core::Error& error) {
    if (!record.id().empty()) {
      context.out().warn(fmt::format(
          "Run {0} is not ended: `sotctl validate --resume {0}` goes on.", record.id()));
    }
    throw;
  }
  sheet.took = std::chrono::duration_cast<core::Duration>(context.world().clock.steady() - began);
  record.end();
  return sayChecks(context, sheet, textOf(sheet, context.out().settings().color));
}

}  // namespace

Noun validateNoun() {
  Verb verb;
  verb.summary = "run a checklist: after an upgrade, a restore or a restart, in CI, for monitoring";
  verb.description =
      "Asks everything that a machine can know, side by side, and a person for the rest. Each "
      "check passes, warns, fails, is skipped with a reason, or could not be determined; one whose "
      "ground failed is skipped because of it. Checks that touch the system (an upload, a job that "
      "really runs, a login) take the instance's lock and clean up; on production they need "
      "--probes.\n\n"
      "It is a run: its journal is the evidence, and --resume carries on with one that was "
      "interrupted. Built in are post-restart, post-restore, post-upgrade, dev-instance, "
      "upgrade-simple, upgrade-complex, monitoring and policies; `sotctl runbook show` lists what "
      "they ask. "
      "docs/validation.md tells how to write one.";
  verb.examples = {"sotctl validate post-upgrade",
                   "sotctl validate dev-instance --write junit=report.xml",
                   "sotctl validate monitoring -o nagios",
                   "sotctl validate post-upgrade --probes --resume 20261121T0300"};
  verb.exits = {{3, "the checklist or the configuration has mistakes"},
                {4, "no such checklist, instance or run"},
                {5, "the checklist can be written by others, or the run has ended"},
                {6, "another run is at work or unfinished, and checks would touch the system"},
                {10, "a check failed"},
                {13, "nothing failed, and something could not be determined"}};
  return {"validate", verb.summary, {makeVerb<ValidateOptions>(verb, bind, run)}};
}

}  // namespace commands
