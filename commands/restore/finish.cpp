#include <fmt/format.h>

#include <algorithm>

#include "commands/restore/restore.hpp"
#include "commands/restore/shared.hpp"
#include "commands/trusted.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/restore/files.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/steps.hpp"

namespace commands {
namespace {

struct RestoreFinishOptions {
  std::optional<std::string> run;
  bool all = false;
  bool list = false;
};

void bind(Arguments& arguments, RestoreFinishOptions& options) {
  arguments.positional("RUN", options.run,
                       "the restore, or undo of one, that kept it, or a beginning of its id; the "
                       "newest one otherwise");
  arguments.flag("--all", options.all, "what every restore of this instance kept");
  arguments.flag("--list", options.list, "list what is kept, and change nothing");
}

void checkOptions(const RestoreFinishOptions& options) {
  if (options.run.has_value() + options.all + options.list <= 1) return;
  throw core::Error(core::Kind::usage, "RUN, --all and --list exclude each other",
                    "Keep one of them.");
}

/// What the server has beside the live database that bears the name of something a restore made.
std::vector<Beside> besides(Context& context, const config::Instance& instance) {
  const auto sql = database::Database(context.world(), instance).admin();
  const ports::SqlRows rows = sql->query(
      "SELECT datname, oid, pg_database_size(oid) AS bytes FROM pg_database "
      "WHERE datname <> $1 ORDER BY datname",
      {instance.database.name});
  std::vector<Beside> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!restore::isBeside(rows.text(i, "datname"))) continue;
    found.push_back({rows.text(i, "datname"), rows.number(i, "oid"),
                     static_cast<std::uint64_t>(rows.number(i, "bytes"))});
  }
  return found;
}

std::vector<Kept> everythingKept(Context& context, Operation& operation) {
  std::vector<step::Run> runs;
  for (step::StoredRun& each : operation.store().list()) {
    if (!each.run || each.run->plan.instance != operation.instance().name) continue;
    runs.push_back(std::move(*each.run));
  }
  ports::Files& files = context.world().files;
  return keptBy(runs, besides(context, operation.instance()),
                [&files](const std::string& path) { return files.info(path).has_value(); });
}

int list(Context& context, const std::vector<Kept>& all) {
  core::Json document{{"kept", core::Json::array()}};
  out::Table table({"RUN", "SINCE", "SIZE", "KEPT"});
  table.alignRight(2);
  for (const Kept& each : all) {
    const core::Time since = each.run.ended.value_or(each.run.started);
    core::Json one{{"run", each.run.plan.id},
                   {"since", core::formatUtc(since)},
                   {"database", nullptr},
                   {"files", each.files}};
    if (each.database) {
      one["database"] = each.database->name;
      one["oid"] = each.database->oid;
      one["bytes"] = each.database->bytes;
      table.add({each.run.plan.id, core::formatLocal(since),
                 core::formatBytes(each.database->bytes), "database " + each.database->name});
    }
    for (const std::string& path : each.files) {
      table.add({each.run.plan.id, core::formatLocal(since), "", core::printable(path)});
    }
    document["kept"].push_back(std::move(one));
  }
  context.out().result(document, all.empty() ? "Nothing is kept by a restore.\n" : table.text());
  return 0;
}

/// What is meant; never all without being told so.
std::vector<Kept> chosen(Operation& operation, const RestoreFinishOptions& options,
                         const std::vector<Kept>& all) {
  if (options.all) return all;
  const std::string run =
      options.run ? operation.store().find(*options.run).plan.id : newestRestore(operation).plan.id;
  std::vector<Kept> meant;
  std::copy_if(all.begin(), all.end(), std::back_inserter(meant), [&](const Kept& each) {
    return std::find(each.runs.begin(), each.runs.end(), run) != each.runs.end();
  });
  return meant;
}

step::Plan planFor(Operation& operation, const std::vector<Kept>& meant) {
  step::Plan plan;
  plan.id = operation.store().newId();
  plan.verb = "restore finish";
  plan.instance = operation.instance().name;
  plan.facts = {{"databases", core::Json::array()}};
  std::vector<std::string> runs;
  for (const Kept& each : meant) {
    runs.push_back(each.run.plan.id);
    if (each.database) {
      plan.facts["databases"].push_back(
          {{"name", each.database->name}, {"oid", each.database->oid}});
      plan.steps.push_back(restore::dropStep(each.database->name, each.database->oid));
    }
    for (step::Spec& spec : restore::dropKeptFiles(each.run)) plan.steps.push_back(std::move(spec));
  }
  plan.title = "drop what was kept by " + core::join(runs, ", ");
  return plan;
}

void tellRest(Context& context, const std::vector<Kept>& all, const std::vector<Kept>& meant) {
  if (all.size() == meant.size()) return;
  context.out().note(fmt::format("{} kept something that stays: `sotctl restore finish --list`.",
                                 core::plural(static_cast<std::int64_t>(all.size() - meant.size()),
                                              "other restore", "other restores")));
}

int finishRestore(Context& context, const RestoreFinishOptions& options) {
  checkOptions(options);
  const config::Instance& instance = context.instance(options.list ? Need::look : Need::change);
  Operation operation(context, instance);
  if (options.list) return list(context, everythingKept(context, operation));
  operation.refuseUnfinished();
  const std::vector<Kept> all = everythingKept(context, operation);
  const std::vector<Kept> meant = chosen(operation, options, all);
  tellRest(context, all, meant);
  if (meant.empty()) {
    context.out().result({{"changed", false}}, "Already so: nothing of it is kept.\n");
    return 0;
  }
  for (const Kept& each : meant) {
    for (const std::string& run : each.runs) requireTrustedRuns(context, run);
  }
  Execution execution;
  execution.plan = planFor(operation, meant);
  execution.asks = Asks::name;
  return execute(context, operation, execution);
}

}  // namespace

Verb restoreFinish() {
  Verb verb;
  verb.name = "finish";
  verb.summary = "drop the database and files that a restore kept, for good";
  verb.description =
      "Of the newest restore, if none is named. Bound to the database's name and object id, and to "
      "the very files: another database or file that has got the name meanwhile is left alone. "
      "Afterwards that restore can't be undone.";
  verb.examples = {"sotctl restore finish", "sotctl restore finish --list",
                   "sotctl restore finish 20261121T030012Z-3f2a", "sotctl restore finish --all"};
  verb.exits = {{4, "no such run, or no finished restore"},
                {5, "declined, nobody to ask, or another database has the name now"},
                {6, "another run is at work or unfinished"},
                {7, "the database server can't be reached"},
                {12, "incomplete; resume it"}};
  return makeVerb<RestoreFinishOptions>(std::move(verb), bind, finishRestore);
}

}  // namespace commands
