#include "lib/migrations/squash.hpp"

#include <fmt/format.h>

#include "commands/migrations/migrations.hpp"
#include "commands/migrations/shared.hpp"
#include "lib/core/text.hpp"
#include "lib/migrations/load.hpp"
#include "lib/migrations/showmigrations.hpp"

namespace commands {
namespace {

using migrations::PlanItem;
using migrations::SquashGroup;

struct MigrationsSquashOptions {
  std::optional<std::string> plan;
  std::string source;
  std::string product;
  std::vector<std::string> apps;
  std::optional<std::string> until;
  bool extend = false;
  bool minimal = false;
};

void bind(Arguments& arguments, MigrationsSquashOptions& options) {
  arguments.option("--plan", "FILE", options.plan,
                   "output of manage.py showmigrations --plan, instead of computing the order");
  arguments.option("--source", "WHERE", options.source,
                   "the code: a folder or a release; without it and without --plan the instance's");
  arguments.choice("--product", {"netbox", "nautobot"}, options.product,
                   "whose releases are meant; without it that of the instance, else netbox");
  arguments.option("--apps", "APP", options.apps,
                   "applications that count (repeatable, or with commas); without it the product's "
                   "own, known from the code");
  arguments.option("--until", "RELEASE|APP=NAME", options.until,
                   "squash only what that release has, or up to that migration of an application");
  arguments.flag("--extend", options.extend,
                 "leave out the latest squash file of each application, so that it is extended");
  arguments.flag("--minimal", options.minimal,
                 "the fewest groups that keep the graph without a ring, with the order that "
                 "proves it");
}

/// What is to be squashed, from a plan, from code, or from both.
struct Material {
  std::vector<PlanItem> plan;
  std::set<std::string> apps;
  std::optional<migrations::Code> code;
  std::vector<migrations::Key> left_out;  // squash files that are to be extended
  std::vector<std::string> remarks;
};

std::set<std::string> ownApps(const migrations::Code& code) {
  std::set<std::string> apps;
  for (const auto& app : code.apps) {
    if (app.core) apps.insert(app.label);
  }
  return apps;
}

void readPlan(Context& context, const std::string& given, Material& material) {
  const std::string path = context.world().caller.absolute(given);
  const auto shown = migrations::readShown(context.world().files.read(path), path);
  if (!shown.plan) {
    throw core::Error(core::Kind::usage, path + " is a list by application, not a plan",
                      "Make it with: manage.py showmigrations --plan > FILE");
  }
  for (const auto& line : shown.lines) {
    // As Django and people call them; whether one is a squash stands in its file, not here.
    const bool squash = line.key.name.find("_squashed") != std::string::npos;
    material.plan.push_back({line.key, squash, line.after_gap});
  }
  if (shown.cut) {
    material.remarks.push_back(fmt::format("{} is cut: what comes after {} is not known", path,
                                           shown.lines.back().key.inWords()));
  }
}

std::set<migrations::Key> released(Context& context, const MigrationsSquashOptions& options,
                                   const Material& material) {
  const auto equals = options.until->find('=');
  if (equals == std::string::npos) {
    return migrations::rowsOf(
        migrations_shared::codeOf(context, {*options.until, options.product}));
  }
  const std::string app = options.until->substr(0, equals);
  const std::string last = options.until->substr(equals + 1);
  std::set<migrations::Key> keys;
  bool over = false;
  bool found = false;
  for (const PlanItem& item : material.plan) {
    if (item.key.app != app || !over) keys.insert(item.key);
    if (item.key.app != app || !item.key.name.starts_with(last)) continue;
    over = found = true;
  }
  if (!found) {
    throw core::Error(core::Kind::not_found,
                      fmt::format("--until {}: the plan has no such migration", *options.until));
  }
  return keys;
}

Material gather(Context& context, const MigrationsSquashOptions& options) {
  Material material;
  if (options.minimal && options.plan && options.source.empty()) {
    throw core::Error(core::Kind::usage, "--minimal needs the code, not only a plan",
                      "Name it with --source.");
  }
  if (!options.plan || !options.source.empty()) {
    material.code = migrations_shared::codeOf(context, {options.source, options.product});
    material.apps = ownApps(*material.code);
    if (options.extend) material.left_out = migrations::withoutLatestSquashes(*material.code);
  } else if (options.extend) {
    throw core::Error(core::Kind::usage, "--extend needs the code, not only a plan",
                      "Name it with --source.");
  }
  if (options.plan) {
    readPlan(context, *options.plan, material);
  } else {
    material.plan = migrations::planOf(*material.code);
  }
  if (material.code) {
    for (PlanItem& item : material.plan) {
      const auto* one = material.code->find(item.key);
      item.squash = one != nullptr && !one->replaces.empty();
    }
  }
  if (!options.apps.empty()) {
    material.apps.clear();
    for (const std::string& given : options.apps) {
      for (std::string& app : core::split(given, ',')) material.apps.insert(std::move(app));
    }
  }
  if (material.apps.empty()) {
    const auto& facts =
        migrations::Facts::of(migrations_shared::productOf(context, options.product));
    for (int id = 0; id < facts.names().size(); ++id) {
      if (facts.lifetime(facts.names().key(id))) material.apps.insert(facts.names().key(id).app);
    }
  }
  if (options.until) {
    migrations::keepReleased(material.plan, released(context, options, material));
  }
  return material;
}

core::Json groupJson(const SquashGroup& group) {
  return {{"app", group.app},
          {"start", group.start},
          {"end", group.end},
          {"name", group.name()},
          {"members", group.members.size() > 1 ? migrations_shared::toJson(group.members)
                                               : core::Json::array()},
          {"hazards", group.hazards},
          {"call", core::shellLine(group.call())}};
}

std::string groupText(const SquashGroup& group) {
  std::string text = core::shellLine(group.call()) + "\n";
  text += fmt::format("  {} migrations, {} to {}\n", group.members.size(),
                      group.members.front().name, group.members.back().name);
  for (const std::string& hazard : group.hazards) text += "  " + hazard + "\n";
  return text;
}

std::string notes(const Material& material) {
  std::string text;
  for (const auto& key : material.left_out) {
    text += fmt::format("delete first, to be extended: {}\n", key.inWords());
  }
  for (const std::string& remark : material.remarks) text += remark + "\n";
  return text;
}

void sayRuns(Context& context, const Material& material, std::vector<SquashGroup>& groups) {
  core::Json list = core::Json::array();
  std::string text = notes(material);
  for (const SquashGroup& group : groups) {
    list.push_back(groupJson(group));
    text += groupText(group);
  }
  if (groups.empty()) text += "nothing to squash\n";
  context.out().result({{"squash", list},
                        {"delete", migrations_shared::toJson(material.left_out)},
                        {"remarks", material.remarks}},
                       text);
}

std::string proofOf(const migrations::MinimalSquash& minimal) {
  if (!minimal.proven) return "whether fewer nodes are possible could not be determined\n";
  return fmt::format(
      "fewer nodes are impossible: all {} states that such an order could go through were looked "
      "at\n{}\n",
      minimal.states,
      minimal.fewest_files
          ? "as few nodes can't do with fewer squash files"
          : "whether as few nodes could do with fewer squash files could not be determined");
}

void sayMinimal(Context& context, const Material& material, migrations::MinimalSquash& minimal) {
  migrations::judgeGroups(*material.code, minimal.groups);
  core::Json list = core::Json::array();
  core::Json order = core::Json::array();
  std::string text = notes(material);
  std::string proof;
  std::size_t number = 0;
  for (const SquashGroup& group : minimal.groups) {
    const bool file = group.members.size() > 1;
    if (file) list.push_back(groupJson(group));
    if (file) text += groupText(group);
    const std::string name =
        fmt::format("{}.{}", group.app, file ? group.name() : group.members.front().name);
    order.push_back(name);
    proof += fmt::format("  {}. {}\n", ++number, name);
  }
  text +=
      fmt::format("{} nodes, {} of them squash files, in an order that needs nothing twice:\n{}",
                  minimal.groups.size(), minimal.files, proof);
  text += proofOf(minimal);
  context.out().result({{"squash", list},
                        {"nodes", minimal.groups.size()},
                        {"files", minimal.files},
                        {"order", order},
                        {"fewest", minimal.proven},
                        {"fewest_files", minimal.fewest_files},
                        {"states", minimal.states},
                        {"delete", migrations_shared::toJson(material.left_out)}},
                       text);
}

int run(Context& context, const MigrationsSquashOptions& options) {
  const Material material = gather(context, options);
  const bool nested = material.code && migrations::rulesOf(material.code->django).nested_squashes;
  if (options.minimal) {
    std::vector<PlanItem> plan = material.plan;
    std::erase_if(plan,
                  [&](const PlanItem& item) { return !material.apps.contains(item.key.app); });
    auto minimal = migrations::minimalSquash(*material.code, plan, nested);
    sayMinimal(context, material, minimal);
    return minimal.proven ? 0 : core::exitStatus(core::Kind::undetermined);
  }
  auto groups = migrations::squashRuns(material.plan, material.apps, nested);
  if (material.code) {
    migrations::judgeGroups(*material.code, groups);
  } else {
    std::vector<migrations::Key> known;
    for (const PlanItem& item : material.plan) known.push_back(item.key);
    migrations::nameEnds(known, groups);
  }
  sayRuns(context, material, groups);
  return 0;
}

}  // namespace

Verb migrationsSquash() {
  return makeVerb<MigrationsSquashOptions>(
      {"squash",
       "say which migrations can be squashed, with the squashmigrations calls",
       "Takes the plan of an empty database, leaves out external applications, and gives each run "
       "of two or more migrations of one application that stand next to each other in it. What is "
       "applied does not matter. Each candidate comes with what is dangerous about it: members "
       "that "
       "are squashes, data moved before the schema of the same table changes, members that are not "
       "atomic, SeparateDatabaseAndState and RunSQL, names that others depend on. With --minimal "
       "the fewest groups that are possible at all, with an order of applying them as proof. "
       "Nothing is written: the calls are printed.",
       {"sotctl migrations squash --source /home/ada/netbox --until 4.2.9",
        "manage.py showmigrations --plan > plan.txt; sotctl migrations squash --plan plan.txt",
        "sotctl migrations squash --source 4.2.9 --minimal -o json"},
       {{4, "there is no such folder, release, file or migration"},
        {10, "Django could not make a plan of the code"},
        {11, "a migration file or the plan is damaged"},
        {13, "with --minimal: whether fewer are possible could not be determined"}},
       {}},
      bind, run);
}

}  // namespace commands
