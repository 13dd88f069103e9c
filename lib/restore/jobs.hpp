#pragma once

#include <vector>

#include "lib/restore/environment.hpp"

namespace restore {

/// Compares the job queue in Redis with the live database, which may be of another time: queued
/// jobs whose row is not there ("restore.jobs_queued"), and rows that wait for a job that Redis has
/// not ("restore.jobs_open"). NetBox's RQ, and Nautobot's Celery with Redis. Reads only: what
/// becomes of them is for a person to say. Never throws for a Redis that does not answer: that is
/// unknown.
std::vector<core::CheckResult> reconcileJobs(const Environment& environment);

/// Event: the job queue was compared with the database that has the live name now, before a worker
/// is started that empties it.
class JobsReconciled : public step::Step {
 public:
  explicit JobsReconciled(Environment environment) : environment_(environment) {}
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::vector<core::CheckResult> found_;
};

}  // namespace restore
