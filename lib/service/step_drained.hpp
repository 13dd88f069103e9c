#pragma once

#include "lib/service/environment.hpp"

namespace service {

/// Event `jobs.drained` {limit_ms, run}: no job of the instance runs, or the time for waiting is
/// over. RQ's workers take no new jobs meanwhile: key rq:suspended, which expires by itself and is
/// removed by `services.ready` once they are stopped. What still runs at the end is said, and does
/// not hold up the rest: a worker that is told to stop finishes its job.
class Drained : public step::Step {
 public:
  Drained(Environment environment, const core::Json& arguments);
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  std::vector<std::string> running();
  void suspend();

  Environment environment_;
  core::Duration limit_;
  std::string run_;
  bool waited_ = false;
  std::vector<std::string> left_;
};

/// Lets RQ's workers take jobs again, if it was this run that suspended them. A Redis that does not
/// answer is left alone: the key expires.
void endSuspension(const Environment& environment, const std::string& run);

}  // namespace service
