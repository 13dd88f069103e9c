#pragma once

#include <string>
#include <vector>

#include "lib/migrations/fit.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// Whether a database that is about to get the live name fits the installed code
/// ("restore.migrations"): failed if the database is newer, if `migrate` has to run first, or if it
/// can't; unknown where code or rows can't be read.
core::CheckResult fitOfSet(const Environment& environment, const backup::StoredSet& set);
/// The same for rows that a run noted in a file. A file that is not there is unknown.
core::CheckResult fitOfNoted(const Environment& environment, const std::string& file);

/// Refuses a failed one, unless it is accepted: refusal "migrations-differ".
core::Error misfit(const core::CheckResult& found);

/// Goal: the rows of the live database's django_migrations lie in a file of the run, so that an
/// undo can tell whether the database fits the code of that day: the database itself lets no
/// session in by then.
class MigrationsNoted : public step::Step {
 public:
  /// Arguments: "file".
  MigrationsNoted(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string file_;
};

}  // namespace restore
