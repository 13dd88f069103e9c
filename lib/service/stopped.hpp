#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/service/downtime.hpp"
#include "lib/step/step.hpp"

namespace service {

/// Bracket: the services that use the database are stopped, workers after the job that they are at.
/// Closing starts those that ran before, and waits until the instance serves. The time without
/// service is measured from outside, and what the services wrote since their start is looked
/// through. Borrows world and instance.
class Stopped : public step::Bracket {
 public:
  Stopped(ports::World& world, const config::Instance& instance)
      : world_(world), instance_(instance) {}

  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Observation observeClosed(const core::Json& before) override;
  void close(const core::Json& before, core::Progress& progress) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;
  std::vector<std::string> manualClose() const override;

 private:
  /// Those that use the database, in start order; PostgreSQL, Redis and web server keep running.
  std::vector<const config::ServiceSettings*> users() const;
  void waitUntilServing(bool served_before, core::Progress& progress);

  ports::World& world_;
  const config::Instance& instance_;
  std::unique_ptr<DowntimeMeter> meter_;
  std::optional<core::Duration> downtime_;
  std::vector<core::CheckResult> log_;
  bool measured_ = false;
  bool healthy_ = false;
};

}  // namespace service
