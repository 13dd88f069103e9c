#pragma once

#include <string>
#include <vector>

#include "lib/restore/environment.hpp"
#include "lib/step/run.hpp"

namespace restore {

/// Event: the database that has the live name now was looked at once everything runs again. What
/// was found is in the run's results and never stops the run: there is nothing to take back for it.
class Examined : public step::Step {
 public:
  /// Arguments: "oid" of the database that must have the name (0: the copy of run "run"), and
  /// "set" that it came from ("" after an undo).
  Examined(Environment environment, const core::Json& arguments);
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::int64_t oid_;
  std::string run_;
  std::string set_;
  std::vector<core::CheckResult> found_;
};

/// All that a run found out after its swap: of jobs, logs and the database.
std::vector<core::CheckResult> aftermath(const step::Run& run);

}  // namespace restore
