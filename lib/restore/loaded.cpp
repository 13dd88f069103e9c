#include "lib/restore/loaded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/backup/dump_inside.hpp"
#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/dbname.hpp"
#include "lib/database/measure.hpp"
#include "lib/dump/toc.hpp"
#include "lib/restore/able.hpp"
#include "lib/restore/lent.hpp"
#include "lib/restore/load_watch.hpp"
#include "lib/restore/names.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "database.loaded";

std::set<std::string> extensionSchemas(const database::Facts& facts) {
  std::set<std::string> schemas;
  for (const database::ExtensionFacts& each : facts.extensions) {
    if (each.schema != "public" && each.schema != "pg_catalog") schemas.insert(each.schema);
  }
  return schemas;
}

/// The objects to load, in pg_restore's list form: all but the extensions, which exist already, and
/// their comments, which only their owner may set.
std::string loadList(const dump::Toc& toc, const std::set<std::string>& schemas) {
  std::string list;
  for (const dump::TocEntry& entry : toc.entries) {
    const bool extension =
        entry.description == "EXTENSION" ||
        (entry.description == "COMMENT" && entry.tag.starts_with("EXTENSION ")) ||
        (entry.description == "SCHEMA" && schemas.contains(entry.tag));
    if (!extension) list += fmt::format("{}; 0 0 {}\n", entry.id, entry.description);
  }
  return list;
}

/// The first error of pg_restore: with several processes, the last one says only that another
/// ended.
std::string reasonOf(const ports::Outcome& outcome) {
  for (const std::string& line : core::split(outcome.err, '\n')) {
    const bool echo = line.find("worker process died") != std::string::npos;
    if (line.find("error: ") != std::string::npos && !echo) {
      return core::printable(core::trim(line).substr(0, 500));
    }
  }
  return outcome.inWords();
}

/// The list for pg_restore, beside the set: its account must be able to read it, and what stands
/// in it is in the set's own table of contents. Goes with this object; one that a crash left is
/// overwritten.
class ListFile {
 public:
  ListFile(ports::World& world, std::string path, const std::string& list)
      : files_(world.files), path_(std::move(path)) {
    files_.replace(path_, list, 0644);
  }
  ~ListFile() {
    try {
      files_.remove(path_);
    } catch (const core::Error&) {
      // Harmless, and not worth hiding how the load ended.
    }
  }
  ListFile(const ListFile&) = delete;
  ListFile& operator=(const ListFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  ports::Files& files_;
  std::string path_;
};

}  // namespace

Loaded::Loaded(Environment environment, const core::Json& arguments)
    : environment_(environment),
      set_(arguments.at("set").get<std::string>()),
      run_(arguments.at("run").get<std::string>()),
      database_(arguments.at("database").get<std::string>()),
      system_(arguments.value("system", std::string())),
      live_oid_(arguments.value("live_oid", std::int64_t{0})) {}

std::string Loaded::title() const {
  return fmt::format("set {} is loaded into new database {}", set_, database_);
}

step::Observation Loaded::observe(const core::Json*) {
  // What is loaded into is dropped first: a journal must not be able to name somebody's database.
  if (database_ == environment_.instance.database.name || !isBeside(database_)) {
    return step::blocked(check(kKind, "database " + core::printable(database_), core::Outcome::fail,
                               "not one that a restore makes", title(),
                               "Look at the journal of the run that names it."));
  }
  const auto sql = environment_.admin();
  const std::optional<Restored> copy = findRestored(*sql, run_);
  const bool loaded = copy && copy->reached("loaded");
  if (const std::string other = loaded ? "" : otherTarget(*sql); !other.empty()) {
    return step::blocked(check(kKind, "database " + database_, core::Outcome::fail, other, title(),
                               "Make the plan again for the server and database that are meant."));
  }
  if (const auto lack = loaded ? std::nullopt : lackOf(*sql)) {
    return step::blocked(check(kKind, "database " + database_, core::Outcome::fail, lack->found,
                               title(), lack->hint));
  }
  return step::observed(check(kKind, "database " + database_,
                              loaded ? core::Outcome::pass : core::Outcome::fail,
                              loaded ? fmt::format("loaded, oid {}", copy->oid)
                              : copy ? "half loaded"
                                     : "not there",
                              title()));
}

/// What is not as it was when the plan was made; empty: nothing.
std::string Loaded::otherTarget(ports::Sql& sql) const {
  const std::string system = database::identityOf(sql).system;
  if (!system_.empty() && system != system_) {
    return fmt::format("the server has system identifier {}, not {}", system, system_);
  }
  const std::string& live = environment_.instance.database.name;
  const auto oid = databaseOid(sql, live);
  if (live_oid_ == 0 || oid.value_or(-1) == live_oid_) return {};
  const auto words = [](std::int64_t one) {
    return one == -1 ? std::string("none") : fmt::format("oid {}", one);
  };
  return fmt::format("database {} is {}, not {}", live, words(oid.value_or(-1)), words(live_oid_));
}

/// A set that is gone or damaged is for apply() to say.
std::optional<Obstacle> Loaded::lackOf(ports::Sql& sql) const {
  const backup::StoredSet set = backup::Store(environment_.world, environment_.instance).find(set_);
  return set.manifest ? unableToLoad(sql, set.manifest->database) : std::nullopt;
}

void Loaded::apply(const core::Json&, core::Progress& progress) {
  const auto begin = environment_.world.clock.steady();
  const auto sql = environment_.admin();
  const backup::StoredSet set = usableSet(environment_, set_);
  const std::string role = owner(*sql, set.manifest->database.settings.owner);
  create(*sql, role);
  addExtensions();
  load(role, progress);
  markRestored(*sql, database_, run_, set_, "loaded");
  milliseconds_ =
      std::chrono::duration<double, std::milli>(environment_.world.clock.steady() - begin).count();
}

/// The set's owner where this server has that role, else the role of the application.
std::string Loaded::owner(ports::Sql& sql, const std::string& of_set) const {
  for (const std::string& role : {of_set, environment_.instance.database.application.user}) {
    if (role.empty()) continue;
    if (!sql.query("SELECT 1 AS one FROM pg_roles WHERE rolname = $1", {role}).empty()) return role;
  }
  throw core::Error(
      core::Kind::not_found,
      fmt::format("role {}, which owns the database of set {}, is not on this server", of_set,
                  set_),
      fmt::format("Create it (createuser {}), then try again.", core::shellQuote(of_set)));
}

void Loaded::create(ports::Sql& sql, const std::string& owner) const {
  const backup::StoredSet set = usableSet(environment_, set_);
  const database::DatabaseSettingsFacts& as = set.manifest->database.settings;
  if (databaseOid(sql, database_)) {
    sql.execute(fmt::format("DROP DATABASE {} WITH (FORCE)", ports::sqlName(database_)));
  }
  std::string statement = fmt::format(
      "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
      ports::sqlName(database_), ports::sqlName(owner), ports::sqlText(as.encoding),
      ports::sqlText(as.collate), ports::sqlText(as.ctype));
  if (as.provider == "icu") {
    statement += fmt::format(" LOCALE_PROVIDER icu ICU_LOCALE {}", ports::sqlText(as.locale));
  } else if (as.provider == "builtin") {
    statement +=
        fmt::format(" LOCALE_PROVIDER builtin BUILTIN_LOCALE {}", ports::sqlText(as.locale));
  } else if (database::Database(environment_.world, environment_.instance).serverVersion() >=
             150000) {
    statement += " LOCALE_PROVIDER libc";
  }
  const ports::SqlRows place = sql.query(
      "SELECT t.spcname AS name FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace "
      "WHERE d.datname = $1 AND t.spcname <> 'pg_default'",
      {environment_.instance.database.name});
  if (!place.empty()) statement += " TABLESPACE " + ports::sqlName(place.text(0, "name"));
  sql.execute(statement);
  markRestored(sql, database_, run_, set_, "created");
}

void Loaded::addExtensions() const {
  const backup::StoredSet set = usableSet(environment_, set_);
  const database::Facts& facts = set.manifest->database;
  const auto sql = database::Database(environment_.world, environment_.instance).admin(database_);
  for (const std::string& schema : extensionSchemas(facts)) {
    sql->execute(fmt::format("CREATE SCHEMA IF NOT EXISTS {}", ports::sqlName(schema)));
  }
  for (const database::ExtensionFacts& each : facts.extensions) {
    sql->execute(fmt::format("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}",
                             ports::sqlName(each.name), ports::sqlName(each.schema)));
  }
}

void Loaded::load(const std::string& owner, core::Progress& progress) const {
  database::Database database(environment_.world, environment_.instance);
  const backup::StoredSet set = usableSet(environment_, set_);
  const std::string folder = set.folder + "/dump";
  const auto toc_file = environment_.world.files.open(folder + "/toc.dat");
  const dump::Toc toc = dump::readToc(*toc_file, folder + "/toc.dat");
  const LoadWatch watch(environment_, database_, set.manifest->database.settings.bytes, progress);
  const std::string list = loadList(toc, extensionSchemas(set.manifest->database));
  const ports::Outcome outcome = database.container() != nullptr
                                     ? loadInside(database, folder, list, owner, progress)
                                     : loadHere(database, set.folder, list, owner);
  if (outcome.ok()) return;
  const std::string reason = reasonOf(outcome);
  throw core::Error(
      core::Kind::unexpected,
      fmt::format("loading set {} into {} failed: {}", set_, database_, reason),
      reason.find("could not extend file") != std::string::npos
          ? "Make room, or see --replace in `sotctl help restore run`."
          : fmt::format("`sotctl backup verify {}` tells whether the set is damaged.", set_));
}

/// pg_restore of a dump and its list, both as pg_restore finds them.
ports::Command Loaded::loadCommand(database::Database& database, const std::string& folder,
                                   const std::string& list, const std::string& owner) const {
  const int jobs = database::effectiveJobs(environment_.instance.backup.jobs);
  ports::Command command = database.tool(
      "pg_restore", {"--format=directory", fmt::format("--jobs={}", jobs), "--exit-on-error",
                     "--no-owner", "--role=" + owner, "--no-subscriptions", "--use-list=" + list,
                     database::dbnameOption(database_), folder});
  // The swap's own commit reaches the disk after all of these.
  command.environment["PGOPTIONS"] = core::Secret("-c synchronous_commit=off");
  return command;
}

ports::Outcome Loaded::loadHere(database::Database& database, const std::string& set,
                                const std::string& list, const std::string& owner) const {
  const ListFile file(
      environment_.world,
      backup::Store(environment_.world, environment_.instance).folder() + "/.list-" + run_, list);
  const std::string folder = set + "/dump";
  const Lent lent(environment_.world, set, folder, environment_.instance.database.admin.os_user);
  return environment_.world.shell.run(loadCommand(database, folder, file.path(), owner));
}

ports::Outcome Loaded::loadInside(database::Database& database, const std::string& folder,
                                  const std::string& list, const std::string& owner,
                                  core::Progress& progress) const {
  constexpr const char* kList = "list";
  backup::DumpInside inside(database, run_);
  inside.send(folder, {{kList, list}}, progress);
  ports::Command command =
      loadCommand(database, inside.folder(), inside.folder() + "/" + kList, owner);
  command.environment["PGAPPNAME"] = core::Secret(inside.sessions("pg_restore"));
  return environment_.world.shell.run(command);
}

step::Compensation Loaded::compensation(const core::Json&, step::Purpose purpose) {
  if (purpose == step::Purpose::undo) return step::Compensation::none();  // kept, for a redo
  return step::Compensation::by({"database.discarded", {{"database", database_}, {"run", run_}}});
}

core::Json Loaded::results() const {
  return milliseconds_ < 0 ? core::Json::object() : core::Json{{"load_ms", milliseconds_}};
}

std::vector<std::string> Loaded::manual() const {
  return {psqlLine(environment_, "postgres",
                   fmt::format("CREATE DATABASE {} OWNER {} TEMPLATE template0",
                               ports::sqlName(database_),
                               ports::sqlName(environment_.instance.database.application.user))),
          fmt::format("# as the database's admin, with the set's folder for SET: pg_restore "
                      "--jobs=2 --exit-on-error --no-owner --role={} {} SET/dump",
                      core::shellQuote(environment_.instance.database.application.user),
                      core::shellQuote(database::dbnameOption(database_)))};
}

}  // namespace restore
