#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "commands/migrations/migrations.hpp"
#include "commands/migrations/shared.hpp"
#include "lib/core/text.hpp"
#include "lib/migrations/inventory.hpp"
#include "lib/migrations/own_answer.hpp"

namespace commands {
namespace {

using migrations::Inventory;
using migrations_shared::Said;
using migrations_shared::toJson;

struct MigrationsListOptions {
  std::string source;
  std::string applied;
  std::string product;
  std::optional<std::string> showmigrations;
  bool all = false;
};

void bind(Arguments& arguments, MigrationsListOptions& options) {
  arguments.option("--source", "WHERE", options.source,
                   "the code: a folder or a release; without it the instance's");
  arguments.option("--applied", "WHERE", options.applied,
                   "the rows: a dump, backup set, list or release; without it the instance's "
                   "database");
  arguments.choice("--product", {"netbox", "nautobot"}, options.product,
                   "whose releases are meant; without it that of the instance, else netbox");
  arguments.option("--showmigrations", "FILE", options.showmigrations,
                   "output of manage.py showmigrations to compare with");
  arguments.flag("--all", options.all, "every migration, not only what is not simply applied");
}

core::Json documentOf(const Inventory& inventory) {
  core::Json lines = core::Json::array();
  for (const auto& line : inventory.lines) {
    lines.push_back({{"app", line.key.app},
                     {"name", line.key.name},
                     {"state", migrations::stateName(line.state)},
                     {"applied", line.when},
                     {"remark", line.remark}});
  }
  core::Json counts;
  for (const auto& [state, count] : inventory.counts()) {
    counts[migrations::stateName(state)] = count;
  }
  core::Json doubts = core::Json::array();
  for (const auto& doubt : inventory.doubts) doubts.push_back(doubt.inWords());
  return {{"database", inventory.database},
          {"code", inventory.code},
          {"release", inventory.release},
          {"fit", migrations::fitName(inventory.fit.fit)},
          {"found", inventory.fit.found},
          {"counts", counts},
          {"migrations", lines},
          {"problems", toJson(inventory.fit.problems)},
          {"own_answer",
           {{"asked", inventory.own.asked},
            {"why", inventory.own.why},
            {"differences", inventory.own.differences}}},
          {"doubts", doubts}};
}

std::string textOf(const Inventory& inventory, bool all) {
  std::string text;
  out::Table table({"MIGRATION", "STATE", "REMARK"});
  bool any = false;
  for (const auto& line : inventory.lines) {
    if (!all && line.state == migrations::State::applied) continue;
    any = true;
    table.add({core::printable(line.key.inWords()), migrations::stateName(line.state),
               core::printable(line.remark)});
  }
  if (any) text += table.text();
  std::vector<std::string> counts;
  for (const auto& [state, count] : inventory.counts()) {
    counts.push_back(fmt::format("{} {}", count, migrations::stateName(state)));
  }
  text += core::join(counts, ", ") + "\n";
  if (!inventory.release.empty()) {
    text += fmt::format("the database is at release {}\n", inventory.release);
  }
  text += core::printable(inventory.fit.found) + "\n";
  for (const auto& problem : inventory.fit.problems) {
    text += "  " + core::printable(migrations::inWords(problem)) + "\n";
  }
  for (const auto& doubt : inventory.doubts) {
    text += "could not determine: " + core::printable(doubt.inWords()) + "\n";
  }
  if (inventory.own.asked) {
    text += inventory.own.differences.empty() ? "manage.py showmigrations says the same\n"
                                              : "manage.py showmigrations says otherwise:\n";
    for (const std::string& one : inventory.own.differences) {
      text += "  " + core::printable(one) + "\n";
    }
  }
  return text;
}

int exitOf(const Inventory& inventory) {
  using migrations::Fit;
  if (!inventory.own.differences.empty()) return core::exitStatus(core::Kind::failed_check);
  switch (inventory.fit.fit) {
    case Fit::fits:
    case Fit::code_newer:
      return 0;
    case Fit::database_newer:
    case Fit::can_not_upgrade:
      return core::exitStatus(core::Kind::failed_check);
    case Fit::unknown:
      return core::exitStatus(core::Kind::undetermined);
  }
  return 0;
}

int run(Context& context, const MigrationsListOptions& options) {
  const auto code = migrations_shared::codeOf(context, Said{options.source, options.product});
  const auto start = migrations_shared::startOf(context, Said{options.applied, options.product});
  Inventory inventory = migrations::takeInventory(start, code);
  if (options.showmigrations) {
    const std::string path = context.world().caller.absolute(*options.showmigrations);
    inventory.own = migrations::compareShown(
        migrations::readShown(context.world().files.read(path), path), inventory);
  } else if (options.source.empty() && options.applied.empty()) {
    inventory.own =
        migrations::askInstallation(context.world(), context.instance(Need::look), inventory);
    if (!inventory.own.asked) {
      context.out().detail("manage.py was not asked: " + inventory.own.why);
    }
  }
  context.out().result(documentOf(inventory), textOf(inventory, options.all));
  return exitOf(inventory);
}

}  // namespace

Verb migrationsList() {
  return makeVerb<MigrationsListOptions>(
      {"list",
       "show which migrations are applied, and which of them the code does not know",
       "Compares the rows of django_migrations with the migration files of the code, without "
       "running Python: applied, unapplied, squashed (all that the squash replaces is applied), "
       "partly squashed, newer (the database knows more than the code), former (the code had it "
       "once), stranger (of an application that is not installed), renumbered (would run twice). "
       "Where the installation itself can be asked safely, its own showmigrations is asked too and "
       "compared.",
       {"sotctl migrations list", "sotctl migrations list --all -o json",
        "sotctl migrations list --source 4.0.1 --applied /var/backups/netbox.sql"},
       {{4, "there is no such release, folder, dump or instance"},
        {7, "the database could not be reached"},
        {10, "the database is newer than the code, or Django would refuse to migrate it"},
        {11, "a migration file or the dump is damaged"},
        {13, "something could not be determined"}},
       {}},
      bind, run);
}

}  // namespace commands
