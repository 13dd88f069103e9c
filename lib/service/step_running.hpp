#pragma once

#include "lib/service/environment.hpp"

namespace service {

/// Goals `service.running` and `service.stopped` {service, limit_ms, kill_after_ms}: one service
/// runs, or does not. Undone by the other, where it was otherwise before.
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
  const config::ServiceSettings& service() const;

  Environment environment_;
  bool wanted_;
  std::string name_;
  core::Duration limit_;
  core::Duration kill_after_;
};

/// Stops a service until nothing of it runs. After `kill_after` (zero: never by itself) the rest is
/// ended by force; without it a person at a terminal is asked, by the service's name.
/// Errors: as Manager::stop().
void stopProven(const Environment& environment, const config::ServiceSettings& service,
                core::Duration limit, core::Duration kill_after, core::Progress& progress);

std::int64_t milliseconds(core::Duration duration);
core::Duration durationAt(const core::Json& arguments, const char* key);

}  // namespace service
