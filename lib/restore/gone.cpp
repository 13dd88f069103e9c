#include "lib/restore/gone.hpp"

#include <fmt/format.h>

#include "lib/backup/dump_inside.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/names.hpp"

namespace restore {
namespace {

constexpr const char* kDiscarded = "database.discarded";
constexpr const char* kDropped = "database.dropped";

std::string dropStatement(const std::string& database) {
  return fmt::format("DROP DATABASE {} WITH (FORCE)", ports::sqlName(database));
}

/// A journal says what is dropped. It must be something that a restore made or kept.
void refuseOther(const Environment& environment, const std::string& database) {
  if (database != environment.instance.database.name && isBeside(database)) return;
  throw core::Error(
      core::Kind::refused,
      fmt::format("database {} is not one that a restore made or kept", core::printable(database)),
      "It is not dropped. Look at the journal of the run that names it.");
}

}  // namespace

Discarded::Discarded(Environment environment, const core::Json& arguments)
    : environment_(environment),
      database_(arguments.at("database").get<std::string>()),
      run_(arguments.value("run", std::string())) {}

std::string Discarded::title() const {
  return fmt::format("the unfinished copy {} is gone", database_);
}

step::Observation Discarded::observe(const core::Json*) {
  const auto sql = environment_.admin();
  const auto oid = databaseOid(*sql, database_);
  return step::observed(check(kDiscarded, "database " + database_,
                              oid ? core::Outcome::fail : core::Outcome::pass,
                              oid ? fmt::format("there, oid {}", *oid) : "gone", title()));
}

void Discarded::apply(const core::Json&, core::Progress&) {
  refuseOther(environment_, database_);
  database::Database database(environment_.world, environment_.instance);
  if (database.container() != nullptr && !run_.empty()) backup::DumpInside(database, run_).clear();
  database.admin()->execute(dropStatement(database_));
}

step::Compensation Discarded::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();
}

std::vector<std::string> Discarded::manual() const {
  return {
      psqlLine(environment_, "postgres",
               fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", ports::sqlName(database_)))};
}

Dropped::Dropped(Environment environment, const core::Json& arguments)
    : environment_(environment),
      database_(arguments.at("database").get<std::string>()),
      oid_(arguments.at("oid").get<std::int64_t>()) {}

std::string Dropped::title() const {
  return fmt::format("the kept database {} (oid {}) is gone", database_, oid_);
}

step::Observation Dropped::observe(const core::Json*) {
  const auto sql = environment_.admin();
  const auto oid = databaseOid(*sql, database_);
  const auto look = [&](core::Outcome outcome, const std::string& found) {
    return check(kDropped, "database " + database_, outcome, found, title());
  };
  if (!oid) return step::observed(look(core::Outcome::pass, "gone"));
  if (*oid != oid_) {
    return step::blocked(
        look(core::Outcome::fail, fmt::format("another database has this name now: oid {}", *oid)));
  }
  return step::observed(look(core::Outcome::fail, "there"));
}

void Dropped::apply(const core::Json&, core::Progress&) {
  refuseOther(environment_, database_);
  const auto sql = environment_.admin();
  if (databaseOid(*sql, database_) != oid_) {
    throw core::Error(core::Kind::refused,
                      fmt::format("database {} is not oid {} any more", database_, oid_));
  }
  sql->execute(dropStatement(database_));
}

step::Compensation Dropped::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::never(pointOfNoReturn());
}

std::string Dropped::pointOfNoReturn() const {
  return fmt::format("what only {} holds is lost", database_);
}

std::vector<std::string> Dropped::manual() const {
  return {psqlLine(environment_, "postgres", dropStatement(database_))};
}

}  // namespace restore
