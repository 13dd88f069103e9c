#pragma once

#include "lib/service/environment.hpp"

namespace service {

/// Goal `instance.idle` {accepted}: no migration, backup or restore is at work on the instance, by
/// the processes of this host (those in containers included) and the sessions of its database.
/// Nothing can bring it about: where something is at work, it is blocked (refusal `busy`).
class Idle : public step::Step {
 public:
  Idle(Environment environment, const core::Json& arguments);
  std::string title() const override { return "no migration, backup or restore is at work"; }
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json&, core::Progress&) override {}
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  bool accepted_;
};

/// Whether a command line is a migration, a backup or a restore: "manage.py migrate", "pg_dump".
bool isHeavyWork(const std::vector<std::string>& command);

}  // namespace service
