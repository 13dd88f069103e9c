#pragma once

#include "lib/hosts/parallel.hpp"
#include "lib/service/environment.hpp"

namespace service {

/// Goals `service.running` and `service.stopped` {services, limit_ms, kill_after_ms, at_once,
/// batch, failures}: these services run, or do not. They are worked on side by side where they are
/// on several hosts. Undone by the other, for those that were otherwise before.
class ServiceRunning : public step::Step {
 public:
  ServiceRunning(Environment environment, bool wanted, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  std::vector<const config::ServiceSettings*> services() const;
  void start(core::Progress& progress);

  Environment environment_;
  bool wanted_;
  core::Json arguments_;
  std::vector<std::string> names_;
  core::Duration limit_;
  core::Duration kill_after_;
  hosts::Limits limits_;
};

/// Stops services until nothing of them runs, hosts side by side. After `kill_after` (zero: never
/// by itself) the rest is ended by force; without it a person at a terminal is asked, by the
/// service's name. What can be stopped is; then the first error is thrown. Errors: as
/// Manager::stop().
void stopProven(const Environment& environment,
                const std::vector<const config::ServiceSettings*>& services, core::Duration limit,
                core::Duration kill_after, core::Progress& progress,
                const hosts::Limits& limits = {});

std::int64_t milliseconds(core::Duration duration);
core::Duration durationAt(const core::Json& arguments, const char* key);

}  // namespace service
