#pragma once

#include "lib/service/environment.hpp"
#include "lib/service/proof.hpp"

namespace service {

/// Event `services.proven` {services, before, limit_ms, settle_ms}: these services were restarted
/// with success: new identity, stable, probes pass, workers registered after the start, the
/// process is of the current release, no new error lines. Another process that carries the run on
/// first starts again what does not run: the cause was removed meanwhile.
/// apply() fails with failed_check and every line that speaks against it.
class ServicesProven : public step::Step {
 public:
  ServicesProven(Environment environment, const core::Json& arguments);
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  void startAgain(core::Progress& progress);

  Environment environment_;
  std::vector<std::string> names_;
  Before before_;
  core::Duration limit_;
  core::Duration settle_;
  std::string part_;  // of a rolling restart: which one; empty: all of it, or the rest
  std::vector<core::CheckResult> lines_;
};

}  // namespace service
