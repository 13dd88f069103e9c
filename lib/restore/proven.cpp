#include "lib/restore/proven.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/compare.hpp"
#include "lib/database/dbname.hpp"
#include "lib/database/measure.hpp"
#include "lib/restore/names.hpp"

namespace restore {
namespace {

constexpr const char* kAnalyzed = "database.analyzed";
constexpr const char* kProven = "database.proven";

step::Observation observeState(const Environment& environment, const char* kind,
                               const std::string& run, const std::string& state,
                               const std::string& wanted) {
  const auto sql = environment.admin();
  const std::optional<Restored> copy = findRestored(*sql, run);
  const bool there = copy && copy->reached("loaded");
  const bool reached = copy && copy->reached(state);
  return step::observed(check(kind, copy ? "database " + copy->name : "the copy",
                              reached ? core::Outcome::pass
                              : there ? core::Outcome::fail
                                      : core::Outcome::skip,
                              reached ? state
                              : there ? "not " + state
                                      : "after it was loaded",
                              wanted));
}

Restored copyOf(ports::Sql& sql, const std::string& run) {
  const std::optional<Restored> copy = findRestored(sql, run);
  if (copy) return *copy;
  throw core::Error(core::Kind::not_found, fmt::format("the copy of run {} is gone", run),
                    fmt::format("`sotctl run abort {}`, then restore again.", run));
}

/// What makes a copy another database than the one that was saved. Versions of extensions, rights
/// and the database's own settings may belong to this server; they are told and not refused.
bool isLoss(database::Aspect aspect) {
  switch (aspect) {
    case database::Aspect::rows:
    case database::Aspect::content:
    case database::Aspect::sequence:
    case database::Aspect::schema:
    case database::Aspect::large_objects:
    case database::Aspect::migrations:
      return true;
    case database::Aspect::extension:
    case database::Aspect::rights:
    case database::Aspect::settings:
      return false;
  }
  return true;
}

}  // namespace

Analyzed::Analyzed(Environment environment, const core::Json& arguments)
    : environment_(environment),
      set_(arguments.at("set").get<std::string>()),
      run_(arguments.at("run").get<std::string>()) {}

std::string Analyzed::title() const { return "the copy has statistics (ANALYZE)"; }

step::Observation Analyzed::observe(const core::Json*) {
  return observeState(environment_, kAnalyzed, run_, "analyzed", title());
}

void Analyzed::apply(const core::Json&, core::Progress& progress) {
  const auto sql = environment_.admin();
  const Restored copy = copyOf(*sql, run_);
  progress.at("analyzing " + copy.name, 0, 0);
  database::Database database(environment_.world, environment_.instance);
  const int jobs = database::effectiveJobs(environment_.instance.backup.jobs);
  const ports::Outcome outcome = environment_.world.shell.run(
      database.tool("vacuumdb", {"--analyze-only", "--quiet", fmt::format("--jobs={}", jobs),
                                 database::dbnameOption(copy.name)}));
  if (!outcome.ok()) {
    throw core::Error(core::Kind::unexpected,
                      fmt::format("ANALYZE of {} failed: {}", copy.name, outcome.inWords()));
  }
  markRestored(*sql, copy.name, run_, set_, "analyzed");
}

step::Compensation Analyzed::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();  // goes with the copy
}

std::vector<std::string> Analyzed::manual() const {
  return {"# vacuumdb --analyze-only --jobs=2 --dbname=COPY"};
}

Proven::Proven(Environment environment, const core::Json& arguments)
    : environment_(environment),
      set_(arguments.at("set").get<std::string>()),
      run_(arguments.at("run").get<std::string>()) {}

std::string Proven::title() const {
  return fmt::format("the copy equals the manifest of set {}", set_);
}

step::Observation Proven::observe(const core::Json*) {
  return observeState(environment_, kProven, run_, "proven", title());
}

void Proven::apply(const core::Json&, core::Progress& progress) {
  const auto sql = environment_.admin();
  const Restored copy = copyOf(*sql, run_);
  const backup::StoredSet set = usableSet(environment_, set_);
  database::Database database(environment_.world, environment_.instance);
  const database::Facts& wanted = set.manifest->database;
  const database::Facts found = database::measure(
      database, copy.name, database::effectiveJobs(environment_.instance.backup.jobs), progress,
      &wanted);
  const database::Comparison comparison = database::compare(wanted, found);
  std::vector<std::string> losses;
  for (const database::Difference& each : comparison.differences) {
    if (isLoss(each.aspect)) {
      losses.push_back(each.inWords());
    } else {
      progress.say("other than in the set: " + each.inWords());
    }
  }
  for (const std::string& each : comparison.undetermined) {
    progress.say("could not be compared: " + each);
  }
  if (!losses.empty()) {
    losses.resize(std::min<std::size_t>(losses.size(), 5));
    throw core::Error(
        core::Kind::corrupt,
        fmt::format("the copy {} is not what set {} holds: {}", copy.name, set_,
                    core::join(losses, "; ")),
        fmt::format("`sotctl backup verify {}` tells whether the set is damaged.", set_));
  }
  markRestored(*sql, copy.name, run_, set_, "proven");
  results_ = {{"tables_compared", found.tables.size()},
              {"rows_compared", found.rows()},
              {"not_compared", comparison.undetermined}};
}

step::Compensation Proven::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();
}

core::Json Proven::results() const { return results_; }

std::vector<std::string> Proven::manual() const {
  return {fmt::format("# compare row counts of the copy with manifest.json of set {}", set_)};
}

}  // namespace restore
