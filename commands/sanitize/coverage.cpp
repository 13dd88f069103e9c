#include <fmt/format.h>

#include "commands/sanitize/sanitize.hpp"
#include "commands/sanitize/shared.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct SanitizeCoverageOptions {
  std::string in;
  RuleOptions rules;
  std::string database;
  bool all = false;
};

void bind(Arguments& arguments, SanitizeCoverageOptions& options) {
  arguments.positional(
      "IN", options.in,
      "dump, in any form that `sanitize dump` reads, or database:NAME of the instance's "
      "server; its rows are not needed");
  bindRules(arguments, options.rules);
  arguments.option("--database", "NAME", options.database,
                   "only this database of a file of pg_dumpall");
  arguments.flag("--all", options.all, "also columns that stay as they are");
}

int run(Context& context, const SanitizeCoverageOptions& options) {
  ports::World& world = context.world();
  const sanitize::Surroundings around{world.cancellation, context.out().progress(), 1};
  const sanitize::Input input = inputOf(context, options.in, "/var/tmp", true);
  const sanitize::Inspected inspected = sanitize::inspect(input, options.database, around);
  const LoadedRules loaded =
      loadRules(context, options.rules, productOf(context, inspected.facts, options.rules));
  core::Json rows = core::Json::array();
  std::size_t unknown = 0;
  std::size_t kept = 0;
  std::size_t treated = 0;
  out::Table table({"column", "treatment", "why"});
  for (const sanitize::Facts& facts : inspected.facts.databases) {
    if (!options.database.empty() && facts.database != options.database) continue;
    const sanitize::Plan plan(loaded.rules, loaded.catalogue, facts, {true, false});
    for (const core::Json& row : plan.coverage()) {
      const std::string treatment = row["treatment"];
      unknown += treatment == "unknown" ? 1 : 0;
      (treatment == "keep" || treatment == "generated" ? kept : treated) += 1;
      rows.push_back(row);
      if (!options.all && treatment == "keep") continue;
      table.add(
          {fmt::format("{}.{}", row["table"].get<std::string>(), row["column"].get<std::string>()),
           treatment, row["why"].get<std::string>()});
    }
  }
  context.out().result(
      {{"columns", std::move(rows)},
       {"treated", treated - unknown},
       {"kept", kept},
       {"unknown", unknown}},
      table.text() + fmt::format("{} columns treated, {} kept with a reason, {} unknown\n",
                                 treated - unknown, kept, unknown));
  if (unknown > 0) {
    throw core::Error(core::Kind::failed_check, fmt::format("no rule names {} columns", unknown),
                      "Give them rules in a file of your own: --rules FILE.");
  }
  return 0;
}

}  // namespace

Verb sanitizeCoverage() {
  return makeVerb<SanitizeCoverageOptions>(
      {"coverage",
       "show each column of a dump with the rule that covers it",
       "Each table and column of a dump: which rule treats it, for which reason it is kept, or "
       "that no rule "
       "knows it. A table that no rule knows would lose its rows.",
       {"sotctl sanitize coverage netbox.sql.gz",
        "sotctl sanitize coverage netbox.sql.gz --all -o json",
        "sotctl sanitize coverage database:netbox",
        "pg_dump --schema-only netbox | sotctl sanitize coverage -"},
       {{3, "a rules file is wrong"},
        {4, "there is no such file"},
        {10, "no rule knows some of the columns"},
        {11, "the dump is cut or damaged"},
        {13, "the input can't be read by this version"}},
       {}},
      bind, run);
}

}  // namespace commands
