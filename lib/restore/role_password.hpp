#pragma once

#include "lib/restore/environment.hpp"

namespace restore {

/// Goal: the application's role logs in with the password that is configured. Found out by logging
/// in. What the role had before goes into a file of the run that only its owner reads, never into
/// the journal; the password itself goes nowhere: the server gets what it would make of it.
class RolePassword : public step::Step {
 public:
  /// Arguments: "role", and "file" for what is taken back.
  RolePassword(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  core::CheckResult look(core::Outcome outcome, const std::string& found) const;

  Environment environment_;
  std::string role_;
  std::string file_;
};

/// Goal: the role has what it had before the run, from the run's file.
class RolePasswordBack : public step::Step {
 public:
  RolePasswordBack(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string role_;
  std::string file_;
};

}  // namespace restore
