#pragma once

#include "lib/restore/environment.hpp"

namespace restore {

/// Goal: the copy has statistics, so that the first minutes after the swap are not slow.
class Analyzed : public step::Step {
 public:
  Analyzed(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string set_;
  std::string run_;
};

/// Goal: the copy was compared with the set's manifest: rows and digests of every table, sequences,
/// definitions. Nothing takes the live name before this holds.
class Proven : public step::Step {
 public:
  Proven(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string set_;
  std::string run_;
  core::Json results_ = core::Json::object();
};

}  // namespace restore
