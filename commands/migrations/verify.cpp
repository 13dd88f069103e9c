#include <fmt/format.h>

#include "commands/migrations/migrations.hpp"
#include "commands/migrations/shared.hpp"
#include "commands/operation.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/migrations/lint.hpp"
#include "lib/migrations/manage.hpp"
#include "lib/migrations/steps.hpp"
#include "lib/schema/diff.hpp"
#include "lib/schema/live.hpp"

namespace commands {
namespace {

using core::CheckResult;
using core::Outcome;

struct MigrationsVerifyOptions {
  std::string source;
  std::string product;
  std::optional<std::string> output;
  std::optional<std::string> individual;
  std::optional<std::string> squashed;
  bool apply = false;
};

void bind(Arguments& arguments, MigrationsVerifyOptions& options) {
  arguments.option("--source", "WHERE", options.source,
                   "folder with the squashed code; without it the instance's");
  arguments.choice("--product", {"netbox", "nautobot"}, options.product,
                   "whose code it is; without it that which is found there");
  arguments.option("--migrate-output", "FILE", options.output,
                   "output of manage.py migrate -v 2 of the squashed code on an empty database");
  arguments.option("--individual", "DATABASE", options.individual,
                   "database that the individual migrations were applied to");
  arguments.option("--squashed", "DATABASE", options.squashed,
                   "database that the squashed ones were applied to");
  arguments.flag("--apply", options.apply,
                 "apply both paths to scratch databases of the instance's server, compare, and "
                 "drop them again");
}

/// `makemigrations --check --dry-run` changes nothing and fails if the models have something that
/// no migration makes. (There is no `migrate --dry-run`.)
CheckResult missingMigrations(Context& context) {
  CheckResult result{
      "squash.missing", "models and migrations", Outcome::pass, "no migration is missing", "", ""};
  try {
    const auto outcome =
        migrations::askManage(context.world(), context.instance(Need::look),
                              {"makemigrations", "--check", "--dry-run", "--no-input"});
    if (outcome.ok()) return result;
    result.outcome = Outcome::fail;
    result.found = outcome.status == 1 && !outcome.out.empty()
                       ? core::printable(std::string(core::trim(outcome.out)))
                       : outcome.inWords();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    result.outcome = Outcome::unknown;
    result.found = error.what();
  }
  result.hint = "Run it by hand: manage.py makemigrations --check --dry-run";
  return result;
}

CheckResult notInstalled() {
  return {"squash.missing",
          "models and migrations",
          Outcome::skip,
          "needs an installed application: a tree alone can't say whether a migration is missing",
          "",
          "Run in the development environment: manage.py makemigrations --check --dry-run"};
}

CheckResult compared(Context& context, const schema::Schema& individual,
                     const schema::Schema& squashed, const std::string& details) {
  schema::Comparison comparison = schema::compare(individual, squashed);
  schema::ignore(comparison, schema::shippedIgnores(), context.world().clock.now());
  const auto real = comparison.count(schema::Class::real);
  CheckResult result{"squash.schema",
                     "schemas of both paths",
                     Outcome::pass,
                     fmt::format("{} objects are the same, {} cosmetic differences",
                                 comparison.same, comparison.count(schema::Class::cosmetic)),
                     "",
                     ""};
  if (real == 0 && comparison.same > 0) return result;
  result.outcome = real > 0 ? Outcome::fail : Outcome::unknown;
  result.found = "both are empty";
  if (real == 0) return result;
  std::vector<std::string> words;
  for (const auto& one : comparison.differences) {
    if (one.kind == schema::Class::real) words.push_back(core::printable(one.inWords()));
  }
  result.found = fmt::format("{} real differences: {}", real, core::join(words, "; "));
  result.hint = details;
  return result;
}

CheckResult sameSchema(Context& context, const std::string& individual,
                       const std::string& squashed) {
  database::Database database(context.world(), context.instance(Need::look));
  const auto a = schema::liveSchema(*database.application(individual), individual, false);
  const auto b = schema::liveSchema(*database.application(squashed), squashed, false);
  return compared(context, a, b,
                  fmt::format("See them with: sotctl schema diff {} {}",
                              core::shellQuote("database:" + individual),
                              core::shellQuote("database:" + squashed)));
}

CheckResult noDatabases() {
  return {
      "squash.schema",
      "schemas of both paths",
      Outcome::skip,
      "two databases were not named",
      "",
      "Let it be done with --apply, or apply each path to an empty database of its own and name "
      "them with --individual and --squashed."};
}

CheckResult notApplied(const std::string& way, const migrations::Tried& tried) {
  return {"squash.path",
          "migrate, " + way,
          Outcome::fail,
          tried.error,
          "",
          "Django refused this path; nothing of the instance was changed."};
}

/// What two runs of migrate on scratch databases say.
std::vector<CheckResult> judged(Context& context, const migrations::Code& code,
                                const std::string& folder) {
  ports::Files& files = context.world().files;
  const auto individual = migrations::readTried(files, folder, migrations::Way::individual);
  const auto squashed = migrations::readTried(files, folder, migrations::Way::squashed);
  std::vector<CheckResult> results;
  if (!individual.schema) results.push_back(notApplied("individual", individual));
  results.push_back(squashed.schema
                        ? migrations::checkMigrateOutput(code, squashed.output, "the squashed path")
                        : notApplied("squashed", squashed));
  if (individual.schema && squashed.schema) {
    results.push_back(compared(context, *individual.schema, *squashed.schema,
                               "Correct the squash files, then run it again. Both schemas: " +
                                   folder + "/migrate-*.json"));
  }
  return results;
}

/// Steps 5 to 7 of the page as one run.
int applyBoth(Context& context, const migrations::Code& code, std::vector<CheckResult> results) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance);
  Execution execution;
  execution.plan.id = operation.store().newId();
  execution.plan.verb = "migrations verify";
  execution.plan.instance = instance.name;
  execution.plan.title = "apply both paths of migrations to scratch databases";
  execution.plan.abort_on_failure = true;
  const std::string folder = operation.store().folder(execution.plan.id);
  execution.plan.steps = migrations::scratchSteps(execution.plan.id, folder);
  execution.report = [&](const step::Run&) {
    for (auto& result : judged(context, code, folder)) results.push_back(std::move(result));
    Report report;
    report.document["code"] = code.root;
    report.checks = std::move(results);
    return report;
  };
  return execute(context, operation, execution);
}

void requireSense(const MigrationsVerifyOptions& options) {
  if (options.individual.has_value() != options.squashed.has_value()) {
    throw core::Error(core::Kind::usage, "only one of --individual and --squashed is given",
                      "A comparison needs both databases.");
  }
  if (options.apply && (options.individual || !options.source.empty() || options.output)) {
    throw core::Error(core::Kind::usage,
                      "--apply makes its own databases, of the instance's own code",
                      "Leave out --source, --individual, --squashed and --migrate-output.");
  }
}

int run(Context& context, const MigrationsVerifyOptions& options) {
  requireSense(options);
  const auto code = migrations_shared::codeOf(context, {options.source, options.product});
  auto results = migrations::checkSquashes(context.world().files, code);
  if (options.output) {
    const std::string path = context.world().caller.absolute(*options.output);
    results.push_back(migrations::checkMigrateOutput(code, context.world().files.read(path), path));
  }
  results.push_back(options.source.empty() ? missingMigrations(context) : notInstalled());
  if (options.apply) return applyBoth(context, code, std::move(results));
  results.push_back(options.individual ? sameSchema(context, *options.individual, *options.squashed)
                                       : noDatabases());
  context.out().result(
      {{"code", code.root},
       {"outcome", core::outcomeName(checks::worst(results))},
       {"checks", checks::toJson(results)}},
      checks::text(results, context.out().settings().color) + checks::summary(results) + "\n");
  return checks::exitStatus(results);
}

}  // namespace

Verb migrationsVerify() {
  return makeVerb<MigrationsVerifyOptions>(
      {"verify",
       "check squash files, and that both paths give the same schema",
       "Looks through each squash file for what is still to be done by hand: the comment that "
       "nobody has looked at it, functions to copy, functions that serve only the way back, the "
       "order of imports; checks that Django could make a plan, that no temporary setting is left, "
       "that no migration is missing (by the installation's own makemigrations --check --dry-run), "
       "that no replaced migration ran, and that the databases of both paths have the same schema. "
       "With --apply both paths are applied to two empty scratch databases by the installation's "
       "own "
       "migrate, which is pointed at them without a change of its configuration, and the databases "
       "are dropped afterwards. "
       "What can't be checked without an installed application is named as skipped.",
       {"sotctl migrations verify --source /home/ada/netbox", "sotctl migrations verify --apply",
        "sotctl migrations verify --migrate-output migrate.log --individual netbox_a --squashed "
        "netbox_b"},
       {{4, "there is no such folder, instance, database or file"},
        {5, "with --apply: declined, or nobody to ask; nothing was changed"},
        {6, "with --apply: another run is at work or unfinished"},
        {7, "a database could not be reached"},
        {10, "something is left to do, a replaced migration ran, or the schemas differ"},
        {11, "a migration file is damaged"},
        {12, "with --apply: the run is incomplete; resume or abort it"},
        {13, "something could not be determined, and nothing else is wrong"}},
       {}},
      bind, run);
}

}  // namespace commands
