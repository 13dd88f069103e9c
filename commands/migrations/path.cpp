#include "lib/migrations/path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/migrations/migrations.hpp"
#include "commands/migrations/shared.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/migrations/left_over.hpp"
#include "lib/migrations/packages.hpp"
#include "lib/schema/dumped.hpp"

namespace commands {
namespace {

using migrations::Hop;
using migrations::PathVerdict;
using migrations_shared::toJson;
using Outcome = PathVerdict::Outcome;

struct MigrationsPathOptions {
  std::string from;
  std::string to;
  std::string product;
  std::optional<std::string> requirements;
  std::string wheels;
  std::string python;
  std::string postgresql;
  std::string redis;
};

void bind(Arguments& arguments, MigrationsPathOptions& options) {
  arguments.option("--from", "WHERE", options.from,
                   "a release (3.6.7), a folder with code, a dump, backup set or list of rows; "
                   "without it the instance's database");
  arguments.option("--to", "WHERE", options.to,
                   "a release or a folder with code; without it the instance's code");
  arguments.choice("--product", {"netbox", "nautobot"}, options.product,
                   "whose releases are meant; without it that of the instance, else netbox");
  arguments.option("--requirements", "FILE", options.requirements,
                   "list of packages (local_requirements.txt): its plugins are judged too");
  arguments.option("--wheels", "FOLDER", options.wheels, "folder with those packages' wheel files");
  arguments.option("--python", "VERSION", options.python, "the Python that is there");
  arguments.option("--postgresql", "VERSION", options.postgresql,
                   "the PostgreSQL that is there; asked for where --from is the database");
  arguments.option("--redis", "VERSION", options.redis,
                   "the Redis that is there; asked for where --from is the database");
}

core::Json hopJson(const Hop& hop) {
  core::Json hazards = core::Json::array();
  for (const auto& hazard : hop.hazards) {
    hazards.push_back({{"kind", migrations::hazardName(hazard.kind)},
                       {"node", hazard.node.app.empty() ? "" : hazard.node.inWords()},
                       {"words", hazard.words}});
  }
  return {{"from", hop.from},
          {"to", hop.to},
          {"works", hop.works},
          {"pending", toJson(hop.pending)},
          {"problems", toJson(hop.problems)},
          {"hazards", hazards},
          {"newer", toJson(hop.newer)},
          {"needs", hop.needs},
          {"unknown", hop.reasons}};
}

core::Json documentedJson(const PathVerdict& verdict) {
  core::Json all = core::Json::array();
  for (const auto& one : verdict.documented) {
    all.push_back({{"at", one.at}, {"before", one.before}, {"words", one.words}});
  }
  return all;
}

core::Json documentOf(const PathVerdict& verdict) {
  core::Json stops = core::Json::array();
  core::Json hops = core::Json::array();
  for (const Hop& hop : verdict.hops) {
    hops.push_back(hopJson(hop));
    if (&hop != &verdict.hops.back()) stops.push_back(hop.to);
  }
  return {{"outcome", migrations::outcomeName(verdict.outcome)},
          {"from", verdict.direct.from},
          {"to", verdict.direct.to},
          {"stops", stops},
          {"documented_stops", documentedJson(verdict)},
          {"direct", hopJson(verdict.direct)},
          {"hops", hops}};
}

std::string reasonsOf(const Hop& hop) {
  std::string text;
  for (const auto& problem : hop.problems) {
    text += "  " + core::printable(migrations::inWords(problem)) + "\n";
  }
  for (const auto& hazard : hop.hazards) text += "  " + core::printable(hazard.words) + "\n";
  return text;
}

std::string stopsInWords(const PathVerdict& verdict) {
  std::vector<std::string> stops;
  for (std::size_t i = 0; i + 1 < verdict.hops.size(); ++i) stops.push_back(verdict.hops[i].to);
  return core::join(stops, ", then at ");
}

std::string hopsText(const PathVerdict& verdict) {
  std::string text;
  for (const Hop& hop : verdict.hops) {
    text += fmt::format(
        "  {} -> {}: {}", hop.from, hop.to,
        core::plural(static_cast<std::int64_t>(hop.pending.size()), "migration", "migrations"));
    text += hop.needs.empty() ? "\n" : fmt::format("; needs {}\n", hop.needs);
    text += reasonsOf(hop);
  }
  return text;
}

std::string textOf(const PathVerdict& verdict) {
  const Hop& direct = verdict.direct;
  const std::string what = fmt::format("{} -> {}", direct.from, direct.to);
  const auto count =
      core::plural(static_cast<std::int64_t>(direct.pending.size()), "migration", "migrations");
  std::string text;
  switch (verdict.outcome) {
    case Outcome::nothing_to_do:
      text = fmt::format("{}: nothing to apply\n", what);
      break;
    case Outcome::works:
      text = fmt::format("{}: works, {} to apply\n", what, count);
      break;
    case Outcome::with_stops:
      text = fmt::format("{}: fails if it is done in one step; stop at {} first\n{}the way:\n{}",
                         what, stopsInWords(verdict), reasonsOf(direct), hopsText(verdict));
      break;
    case Outcome::fails:
      text =
          fmt::format("{}: fails, and no release between them helps\n{}", what, reasonsOf(direct));
      break;
    case Outcome::database_newer:
      text = fmt::format("{}: the database is newer than the code, which does not know {}\n", what,
                         direct.newer.front().inWords());
      break;
  }
  if (!direct.needs.empty() && verdict.hops.empty()) {
    text += fmt::format("{} needs {}\n", direct.to, direct.needs);
  }
  if (verdict.outcome != Outcome::database_newer) {
    for (const auto& one : verdict.documented) {
      text += fmt::format("the upgrade documentation asks for a stop at {} before {}: {}\n", one.at,
                          one.before, one.words);
    }
  }
  for (const std::string& reason : direct.reasons) {
    text += "could not determine: " + core::printable(reason) + "\n";
  }
  return text;
}

/// Packages that a file names: those whose migrations can be had are judged with the code.
void addPackages(Context& context, const MigrationsPathOptions& options, migrations::Code& code,
                 std::vector<std::string>& unknown) {
  if (!options.requirements) return;
  const auto& caller = context.world().caller;
  auto added =
      migrations::addPackages(context.world().files, caller.absolute(*options.requirements),
                              options.wheels.empty() ? "" : caller.absolute(options.wheels), code);
  unknown = std::move(added);
}

/// Those of the names that a dump's schema has.
std::set<std::string> namesInDump(ports::Files& files, const std::string& path,
                                  const std::vector<std::string>& wanted) {
  static const std::set<std::string> kNamed{"table", "view", "index", "constraint", "sequence"};
  std::set<std::string> there;
  for (const auto& object : schema::dumpedSchema(files, path).objects) {
    const std::string name = object.name.substr(object.name.rfind('.') + 1);
    if (kNamed.contains(object.kind) &&
        std::find(wanted.begin(), wanted.end(), name) != wanted.end()) {
      there.insert(name);
    }
  }
  return there;
}

/// Objects that are there and that a pending migration would make; for a release or a tree there
/// are none.
void lookForLeftOvers(Context& context, const migrations::Start& start, const std::string& from,
                      const migrations::Code& code, PathVerdict& verdict) {
  if (!start.applied) return;
  const auto names = migrations::namesOnTheWay(verdict, code);
  if (names.empty()) return;
  if (from.empty() || from == "database") {
    const auto session =
        database::Database(context.world(), context.instance(Need::look)).application();
    migrations::addLeftOvers(migrations::namesThere(*session, names), verdict);
  } else {
    const std::string path = context.world().caller.absolute(from);
    try {
      migrations::addLeftOvers(namesInDump(context.world().files, path, names), verdict);
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      verdict.direct.reasons.push_back(
          fmt::format("whether names are left over, as the schema is not known: {}", error.what()));
    }
  }
}

int run(Context& context, const MigrationsPathOptions& options) {
  using migrations_shared::Said;
  if (options.from.empty() && options.to.empty()) {
    throw core::Error(core::Kind::usage, "neither --from nor --to is given",
                      "For example: sotctl migrations path --from 3.6.7 --to 4.0.1");
  }
  migrations::Start start =
      migrations_shared::startOf(context, Said{options.from, options.product});
  migrations::Code code = migrations_shared::codeOf(context, Said{options.to, options.product});
  if (!options.python.empty()) start.surroundings.python = options.python;
  if (!options.postgresql.empty()) start.surroundings.postgresql = options.postgresql;
  if (!options.redis.empty()) start.surroundings.redis = options.redis;
  std::vector<std::string> unknown;
  addPackages(context, options, code, unknown);
  PathVerdict verdict = migrations::findPath(start, code);
  lookForLeftOvers(context, start, options.from, code, verdict);
  verdict.direct.reasons.insert(verdict.direct.reasons.end(), unknown.begin(), unknown.end());
  context.out().result(documentOf(verdict), textOf(verdict));
  const bool good = verdict.outcome == Outcome::works || verdict.outcome == Outcome::nothing_to_do;
  if (!good) return core::exitStatus(core::Kind::failed_check);
  return unknown.empty() ? 0 : core::exitStatus(core::Kind::undetermined);
}

}  // namespace

Verb migrationsPath() {
  return makeVerb<MigrationsPathOptions>(
      {"path",
       "say whether an upgrade can work, before anything is installed",
       "Foretells what Django's migrate would do with the rows of a database and the migration "
       "files of a code: missing nodes, squashes that are partly applied and whose rest is gone, "
       "conflicting leaves, inconsistent history, squashes that would run on live data, migrations "
       "that would run twice, names that are left over. If it can't work in one step, the shortest "
       "list of releases to stop at is looked for among all releases. The migrations of all "
       "releases are known to the program, so that two numbers are enough; nothing is run and "
       "nothing is changed.",
       {"sotctl migrations path --from 3.6.7 --to 4.0.1", "sotctl migrations path --to 4.2.9",
        "sotctl migrations path --from /var/backups/netbox.sql.gz --to /opt/netbox-4.2.9",
        "sotctl migrations path --product nautobot --from 1.6.32 --to 2.4.0 -o json"},
       {{4, "there is no such release, folder, dump or instance"},
        {7, "the database could not be reached"},
        {10, "the upgrade can't work in one step; stops are named if there are some"},
        {11, "a migration file or the dump is damaged"},
        {13, "something could not be determined, and nothing else is wrong"}},
       {}},
      bind, run);
}

}  // namespace commands
