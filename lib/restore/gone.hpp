#pragma once

#include "lib/restore/environment.hpp"

namespace restore {

/// Goal: the copy that an aborted run made is gone. Drops only a database that bears the run's
/// name, and never the one with the live name.
class Discarded : public step::Step {
 public:
  Discarded(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string database_;
  std::string run_;  // that made it; empty in journals of before
};

/// Goal: a kept database is gone, for good. Bound to its object id: another database that has got
/// the name is left alone and named.
class Dropped : public step::Step {
 public:
  Dropped(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::string pointOfNoReturn() const override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string database_;
  std::int64_t oid_;
};

}  // namespace restore
