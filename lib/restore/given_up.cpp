#include "lib/restore/given_up.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/attributes.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/obstacle.hpp"

namespace restore {
namespace {

constexpr const char* kSaved = "database.attributes_saved";
constexpr const char* kGivenUp = "database.given_up";

}  // namespace

AttributesSaved::AttributesSaved(Environment environment, const core::Json& arguments)
    : environment_(environment),
      from_(arguments.at("from").get<std::string>()),
      file_(arguments.at("file").get<std::string>()) {}

std::string AttributesSaved::title() const {
  return fmt::format("settings, rights and limits of database {} are noted for the copy", from_);
}

step::Observation AttributesSaved::observe(const core::Json*) {
  const bool there = environment_.world.files.info(file_).has_value();
  return step::observed(check(kSaved, "file " + file_,
                              there ? core::Outcome::pass : core::Outcome::fail,
                              there ? "there" : "", title()));
}

void AttributesSaved::apply(const core::Json&, core::Progress&) {
  const Attributes attributes = readAttributes(*environment_.admin(), from_);
  environment_.world.files.replace(file_, toJson(attributes).dump() + "\n", 0600);
}

step::Compensation AttributesSaved::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();  // a note
}

std::vector<std::string> AttributesSaved::manual() const { return {}; }

GivenUp::GivenUp(Environment environment, const core::Json& arguments)
    : environment_(environment),
      database_(arguments.at("database").get<std::string>()),
      oid_(arguments.at("oid").get<std::int64_t>()),
      system_(arguments.at("system").get<std::string>()),
      saved_(arguments.at("saved").get<std::string>()),
      run_(arguments.at("run").get<std::string>()) {}

std::string GivenUp::title() const {
  return fmt::format("database {} (oid {}) is dropped; set {} holds it", database_, oid_, saved_);
}

step::Observation GivenUp::observe(const core::Json*) {
  const auto look = [&](core::Outcome outcome, const std::string& found,
                        const std::string& hint = {}) {
    return check(kGivenUp, "database " + database_, outcome, found, title(), hint);
  };
  const auto sql = environment_.admin();
  const auto oid = databaseOid(*sql, database_);
  if (!oid) return step::observed(look(core::Outcome::pass, "gone"));
  if (const auto copy = findRestored(*sql, run_); copy && copy->oid == *oid) {
    return step::observed(look(core::Outcome::pass, "gone; its name is the copy's"));
  }
  if (*oid != oid_ || database::identityOf(*sql).system != system_) {
    return step::blocked(look(core::Outcome::fail,
                              fmt::format("another database has this name now: oid {}", *oid),
                              "Make the plan again for the database that is meant."));
  }
  if (const auto obstacle = obstacleTo(*sql, oid_)) {
    return step::blocked(look(core::Outcome::fail, obstacle->found, obstacle->hint));
  }
  const std::string folder =
      backup::Store(environment_.world, environment_.instance).setFolder(saved_);
  if (!environment_.world.files.info(folder)) {
    return step::observed(look(core::Outcome::skip, "after it was saved"));
  }
  if (const std::string why = unsaved(); !why.empty()) {
    return step::blocked(look(core::Outcome::fail, why, "Nothing is dropped."));
  }
  return step::observed(look(core::Outcome::fail, "there, and saved"));
}

/// Why the set does not hold this database; empty: it does.
std::string GivenUp::unsaved() {
  const backup::StoredSet set =
      backup::Store(environment_.world, environment_.instance).find(saved_);
  if (!set.good()) return fmt::format("set {} is not whole: {}", saved_, set.broken);
  const database::Identity& of = set.manifest->database.identity;
  if (of.oid == oid_ && of.system == system_) return {};
  return fmt::format("set {} is of another database (oid {} of server {})", saved_, of.oid,
                     of.system);
}

void GivenUp::apply(const core::Json&, core::Progress& progress) {
  const auto sql = environment_.admin();
  const std::string why = unsaved();
  if (!why.empty() || databaseOid(*sql, database_) != oid_ ||
      database_ != environment_.instance.database.name) {
    throw core::Error(core::Kind::refused,
                      why.empty() ? fmt::format("database {} is not oid {} any more",
                                                core::printable(database_), oid_)
                                  : why,
                      "Nothing was dropped.");
  }
  sql->execute(fmt::format("DROP DATABASE {} WITH (FORCE)", ports::sqlName(database_)));
  progress.say(fmt::format("dropped {}; set {} holds it", database_, saved_));
}

step::Compensation GivenUp::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::never(pointOfNoReturn());
}

std::string GivenUp::pointOfNoReturn() const {
  return fmt::format("database {} is in set {} alone then, and comes back by restoring it",
                     database_, saved_);
}

std::vector<std::string> GivenUp::manual() const {
  return {psqlLine(environment_, "postgres",
                   fmt::format("DROP DATABASE {} WITH (FORCE)", ports::sqlName(database_)))};
}

}  // namespace restore
