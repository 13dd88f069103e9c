#pragma once

#include "lib/restore/environment.hpp"

namespace restore {

/// Event: the application's cache was emptied of what it had read from another database. Only the
/// cache database of Redis is emptied, never the one with the job queue; where both are one,
/// nothing is. A Redis that does not answer is told and does not hold up a restore.
class CacheCleared : public step::Step {
 public:
  explicit CacheCleared(Environment environment) : environment_(environment) {}
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  core::CheckResult look(core::Outcome outcome, const std::string& found) const;

  Environment environment_;
};

}  // namespace restore
